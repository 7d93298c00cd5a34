// whisper.cpp itself, for bench/stt-engines.ts to compare with: loads a model once, then hears the same audio for each line of
// its input (`FILE AUDIO_CTX`: 32-bit floats, mono, 16 kHz; 0 is the whole window) and answers `MILLISECONDS TEXT`.
// With whisper.cpp built for this processor in DIR (cmake -B build -DGGML_NATIVE=ON -DGGML_OPENMP=OFF -DBUILD_SHARED_LIBS=OFF):
//   g++ -O3 -march=native -I DIR/include -I DIR/ggml/include bench/native/whisper-cpp.cpp -o whisper-native
//       DIR/build/src/libwhisper.a DIR/build/ggml/src/libggml.a DIR/build/ggml/src/libggml-cpu.a DIR/build/ggml/src/libggml-base.a -lpthread
#include "whisper.h"
#include <chrono>
#include <fstream>
#include <iostream>
#include <string>
#include <vector>

int main(int argc, char **argv) {
  if (argc != 2) return 2;
  whisper_log_set([](ggml_log_level, const char *, void *) {}, nullptr);
  whisper_context_params context_params = whisper_context_default_params();
  context_params.use_gpu = false;
  context_params.flash_attn = false;
  whisper_context *context = whisper_init_from_file_with_params(argv[1], context_params);
  if (!context) return 1;
  std::string path;
  int audio_ctx;
  while (std::cin >> path >> audio_ctx) {
    std::ifstream file(path, std::ios::binary | std::ios::ate);
    std::vector<float> audio(file.tellg() / sizeof(float));
    file.seekg(0);
    file.read(reinterpret_cast<char *>(audio.data()), audio.size() * sizeof(float));
    whisper_full_params params = whisper_full_default_params(WHISPER_SAMPLING_GREEDY);
    params.n_threads = 1;
    params.language = "en";
    params.no_context = true;
    params.audio_ctx = audio_ctx;
    params.print_progress = params.print_realtime = params.print_timestamps = false;
    const auto start = std::chrono::steady_clock::now();
    if (whisper_full(context, params, audio.data(), audio.size()) != 0) return 1;
    const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - start;
    std::cout << took.count();
    for (int i = 0; i < whisper_full_n_segments(context); i++) std::cout << ' ' << whisper_full_get_segment_text(context, i);
    std::cout << std::endl;
  }
  whisper_free(context);
}
