"""Packs lines into gzip and zstd files as writers and accidents make them: several members or frames, padding, junk behind
them, cuts, flipped bits. Prints what Python's own readers make of each: the number of lines, or null where they refuse."""
import gzip
import io
import json
import os
import random
import sys

import zstandard

folder, n_files, seed = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
chance = random.Random(seed)


def make_lines():
    return b"".join(
        json.dumps({"text": f"Line {i} of the ledger, {chance.random():.6f}, is kept by the clerk."}).encode() + b"\n"
        for i in range(chance.randrange(1, 30))
    )


def pack(kind, data):
    if kind == "gz":
        return gzip.compress(data, chance.randrange(0, 10))
    packer = zstandard.ZstdCompressor(
        level=chance.randrange(1, 20), write_checksum=True, write_content_size=chance.random() < 0.5)
    if chance.random() < 0.5:
        return packer.compress(data)
    stream = packer.compressobj()
    return stream.compress(data) + stream.flush()


def read(kind, data):
    try:
        if kind == "gz":
            return gzip.GzipFile(fileobj=io.BytesIO(data)).read()
        source = zstandard.ZstdDecompressor().stream_reader(io.BytesIO(data), read_across_frames=True)
        return source.read()
    except Exception:
        return None


written = []
for number in range(n_files):
    kind = chance.choice(["gz", "zst"])
    data = bytearray()
    for _ in range(chance.randrange(1, 5)):
        data += pack(kind, make_lines())
        if kind == "gz" and chance.random() < 0.3:
            data += bytes(chance.randrange(1, 600))
        if kind == "zst" and chance.random() < 0.2:
            data += b"\x50\x2a\x4d\x18\x04\x00\x00\x00skip"
    accident = chance.choice(["none", "none", "junk", "cut", "flip"])
    if accident == "junk":
        data += chance.randbytes(chance.randrange(1, 40))
    elif accident == "cut":
        del data[chance.randrange(1, len(data)):]
    elif accident == "flip":
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    path = os.path.join(folder, f"{number}.jsonl.{kind}")
    with open(path, "wb") as out:
        out.write(data)
    plain = read(kind, bytes(data))
    written.append({"file": path, "accident": accident, "lines": None if plain is None else plain.count(b"\n")})
print(json.dumps(written))
