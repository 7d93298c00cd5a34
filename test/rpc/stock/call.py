# Calls every RPC of both services with Python's stock client and what protoc makes of the plain protos; prints JSON.
# usage: call.py FOLDER_OF_PB2 STT_ADDRESS TTS_ADDRESS PCM_FILE OGG_FILE
import json
import sys

import grpc

folder, stt_address, tts_address, pcm_file, ogg_file = sys.argv[1:]
sys.path.insert(0, folder)
# Debian's protobuf module owns the package name "grpc": the health messages are loaded by their file's folder.
sys.path.insert(0, folder + "/grpc/health/v1")
import health_pb2  # noqa: E402
from june.asr import asr_pb2  # noqa: E402
from june.tts import tts_pb2  # noqa: E402

with open(pcm_file, "rb") as file:
    pcm = file.read()
with open(ogg_file, "rb") as file:
    ogg = file.read()


def unary(channel, path, request, response):
    return channel.unary_unary(path, type(request).SerializeToString, response.FromString)(request, timeout=30)


def stream(channel, path, requests, response):
    serialize = lambda message: message.SerializeToString()  # noqa: E731
    return list(channel.stream_stream(path, serialize, response.FromString)(iter(requests), timeout=30))


told = {}
with grpc.insecure_channel(stt_address) as channel:
    service = "/june.asr.SpeechToText/"
    health = unary(channel, service + "HealthCheck", asr_pb2.HealthRequest(), asr_pb2.HealthResponse)
    told["sttHealthy"] = health.healthy
    heard = unary(
        channel,
        service + "Recognize",
        asr_pb2.RecognitionRequest(audio_data=ogg, encoding="ogg"),
        asr_pb2.RecognitionResponse,
    )
    told["recognized"] = [result.transcript for result in heard.results]
    # As June's first version did: pcm, 16 kHz, no configuration.
    chunks = [asr_pb2.AudioChunk(audio_data=pcm[at : at + 3200], sample_rate=16000, channels=1, encoding="pcm") for at in range(0, len(pcm), 3200)]
    results = stream(channel, service + "RecognizeStream", chunks, asr_pb2.RecognitionResult)
    told["streamed"] = [result.transcript for result in results if result.is_final]
    check = health_pb2.HealthCheckRequest(service="june.asr.SpeechToText")
    told["standardHealth"] = unary(channel, "/grpc.health.v1.Health/Check", check, health_pb2.HealthCheckResponse).status
    # list_services of grpc.reflection.v1, by hand: field 7, an empty text.
    reflect = channel.stream_stream("/grpc.reflection.v1.ServerReflection/ServerReflectionInfo")
    told["reflection"] = b"june.asr.SpeechToText" in b"".join(reflect(iter([b"\x3a\x00"]), timeout=30))
    try:
        unary(channel, service + "Recognize", asr_pb2.RecognitionRequest(audio_data=ogg, encoding="mp3"), asr_pb2.RecognitionResponse)
    except grpc.RpcError as error:
        told["wrongLabel"] = [error.code().name, error.details()]

with grpc.insecure_channel(tts_address) as channel:
    service = "/june.tts.TextToSpeech/"
    health = unary(channel, service + "HealthCheck", tts_pb2.HealthRequest(), tts_pb2.HealthResponse)
    told["ttsHealthy"] = health.healthy
    voices = unary(channel, service + "ListVoices", tts_pb2.ListVoicesRequest(language="en"), tts_pb2.ListVoicesResponse)
    told["voices"] = len(voices.voices)
    spoken = unary(channel, service + "Synthesize", tts_pb2.SynthesisRequest(text="Hello from Python."), tts_pb2.AudioResponse)
    told["spoken"] = [spoken.encoding, spoken.sample_rate, spoken.duration_ms, len(spoken.audio_data)]
    pieces = [tts_pb2.SynthesisRequest(text=text) for text in ("Hello the", "re. And good", "bye.")]
    chunks = stream(channel, service + "SynthesizeStream", pieces, tts_pb2.AudioChunk)
    told["streamedBytes"] = sum(len(chunk.audio_data) for chunk in chunks)
    told["final"] = [chunk.is_final for chunk in chunks].index(True) == len(chunks) - 1
print(json.dumps(told))
