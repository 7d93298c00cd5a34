"""Transcribes the file named on each line of stdin with faster-whisper, one thread: a JSON line with text and seconds each.

usage: faster_whisper_peer.py MODEL_FOLDER BEAMS
"""
import json
import sys
import time

from faster_whisper import WhisperModel

folder, beams = sys.argv[1], int(sys.argv[2])
model = WhisperModel(folder, device="cpu", compute_type="int8", cpu_threads=1)
for line in sys.stdin:
    started = time.perf_counter()
    segments, _ = model.transcribe(line.rstrip("\n"), language="en", beam_size=beams)
    text = " ".join(segment.text.strip() for segment in segments)
    print(json.dumps({"text": text, "seconds": time.perf_counter() - started}), flush=True)
