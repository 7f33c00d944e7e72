"""Bench: one tool of the Python registry on the job of `peers.ts`: references.jsonl and suspects.jsonl -> flagged ids.

    python peers.py datasketch|rensa|ngrams FOLDER

Prints one line of JSON: version, rule, seconds of processor time for both sides, peak bytes, flagged ids. Word 5-grams
and 128 permutations for both MinHash libraries, a threshold of 0.5, which is more generous than their examples.
"""
import importlib.metadata
import json
import os
import re
import resource
import sys
import time

tool, folder = sys.argv[1:3]
word = re.compile(r"\w+")


def read(name):
    with open(os.path.join(folder, name), encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            yield row["id"], row["text"]


def grams(text, n):
    words = word.findall(text.lower())
    return {" ".join(words[i : i + n]) for i in range(len(words) - n + 1)}


class Ngrams:
    rule = "any word 13-gram of any reference, in a set"
    version = sys.version.split()[0]

    def __init__(self):
        self.known = set()

    def add(self, _, text):
        self.known |= grams(text, 13)

    def flags(self, text):
        return not self.known.isdisjoint(grams(text, 13))


class Datasketch:
    rule = "MinHashLSH, 128 permutations, word 5-grams, threshold 0.5"

    def __init__(self):
        import datasketch

        self.version = importlib.metadata.version("datasketch")
        self.make = lambda: datasketch.MinHash(num_perm=128)
        self.lsh = datasketch.MinHashLSH(threshold=0.5, num_perm=128)

    def sign(self, text):
        sketch = self.make()
        sketch.update_batch([gram.encode() for gram in grams(text, 5)])
        return sketch

    def add(self, key, text):
        self.lsh.insert(key, self.sign(text))

    def flags(self, text):
        return len(self.lsh.query(self.sign(text))) > 0


class Rensa:
    rule = "RMinHashLSH, 128 permutations, 32 bands, word 5-grams, Jaccard of candidates at least 0.5"

    def __init__(self):
        import rensa

        self.version = importlib.metadata.version("rensa")
        self.make = lambda: rensa.RMinHash(num_perm=128, seed=42)
        self.lsh = rensa.RMinHashLSH(threshold=0.5, num_perm=128, num_bands=32)
        self.sketches = []

    def sign(self, text):
        sketch = self.make()
        sketch.update(list(grams(text, 5)))
        return sketch

    def add(self, _, text):
        self.sketches.append(self.sign(text))
        self.lsh.insert(len(self.sketches) - 1, self.sketches[-1])

    def flags(self, text):
        sketch = self.sign(text)
        return any(sketch.jaccard(self.sketches[i]) >= 0.5 for i in self.lsh.query(sketch))


peer = {"ngrams": Ngrams, "datasketch": Datasketch, "rensa": Rensa}[tool]()
references = list(read("references.jsonl"))
suspects = list(read("suspects.jsonl"))
started = time.process_time()
for key, text in references:
    if len(word.findall(text)) >= 5:
        peer.add(key, text)
indexed = time.process_time()
flagged = [key for key, text in suspects if len(word.findall(text)) >= 5 and peer.flags(text)]
ended = time.process_time()
for _, text in read("unrelated.jsonl"):
    if len(word.findall(text)) >= 5:
        peer.flags(text)
unrelated = time.process_time()
print(
    json.dumps(
        {
            "version": peer.version,
            "rule": peer.rule,
            "indexSeconds": indexed - started,
            "scanSeconds": ended - indexed,
            "unrelatedSeconds": unrelated - ended,
            "peakBytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
            "flagged": flagged,
        }
    )
)
