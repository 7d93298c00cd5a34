"""Makes vectors of the sounds named on each line of stdin (32-bit floats, mono, 16 kHz) with 3D-Speaker's own code: a JSON line each.

usage: campplus_peer.py WEIGHTS.pt     needs torch, torchaudio and speakerlab
"""
import json
import sys
import time

import numpy as np
import torch
import torchaudio.compliance.kaldi as kaldi
from speakerlab.models.campplus.DTDNN import CAMPPlus

torch.set_num_threads(1)
model = CAMPPlus(feat_dim=80, embedding_size=192)
model.load_state_dict(torch.load(sys.argv[1], map_location="cpu"))
model.eval()
for line in sys.stdin:
    audio = torch.from_numpy(np.fromfile(line.rstrip("\n"), "<f4"))
    started = time.process_time()
    features = kaldi.fbank(audio[None], num_mel_bins=80, sample_frequency=16000, dither=0)
    with torch.no_grad():
        vector = model((features - features.mean(0, keepdim=True))[None])[0].numpy()
    seconds = time.process_time() - started
    print(json.dumps({"vector": vector.tolist(), "seconds": seconds}), flush=True)
