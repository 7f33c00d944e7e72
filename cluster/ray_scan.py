#!/usr/bin/env python3
"""Works on all shards of a plan on a Ray cluster, then merges them.

    palimpsest plan corpus/ --reference gpt4.pali --shards 64 --out plan.json
    python cluster/ray_scan.py plan.json --out audit/ [--address auto] [--threads 1] [--key-file F]

One task per shard, tried again when a node is lost. Each node copies every index once to its own disk, under the name
of its digest. Plan, inputs and the folder of partial results are on a path that all nodes share. Exit code: merge's.
"""

import argparse
import fcntl
import json
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
import time

import ray

HERE = os.path.dirname(os.path.abspath(__file__))
PROGRAM = os.path.join(os.path.dirname(HERE), "bin", "palimpsest.js")


def place_indexes(plan_file, corpora, folder):
    """Copies the indexes to this node's disk; tasks that come at once wait for the first."""
    os.makedirs(folder, exist_ok=True)
    for corpus in corpora:
        target = os.path.join(folder, corpus["sha256"] + ".pali")
        with open(target + ".lock", "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not os.path.exists(target):
                source = os.path.join(os.path.dirname(plan_file), corpus["path"])
                shutil.copyfile(source, target + ".partial")
                os.rename(target + ".partial", target)
    return folder


@ray.remote(max_retries=5)
def work(command, plan_file, corpora, shard, threads, partials, key_file, node_folder):
    """One shard. A refusal of the program is final: trying again would refuse again."""
    indexes = place_indexes(plan_file, corpora, node_folder)
    arguments = ["work", plan_file, "--shard", str(shard), "--threads", str(threads), "--indexes", indexes]
    if partials:
        arguments += ["--partials", partials]
    if key_file:
        arguments += ["--key-file", key_file]
    ended = subprocess.run(command + arguments, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if ended.returncode < 0:
        raise RuntimeError(f"shard {shard}: ended by signal {-ended.returncode}")
    return shard, ended.returncode, ended.stderr.strip()


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("plan")
    parser.add_argument("--out", required=True, help="folder for the audit")
    parser.add_argument("--address", default="auto", help="Ray cluster; auto: the one that this machine belongs to")
    parser.add_argument("--threads", type=int, default=1, help="threads, and processors, of each shard")
    parser.add_argument("--partials", help="shared folder of partial results; default: beside the plan")
    parser.add_argument("--key-file", help="key of locked index files, on a path that all nodes share")
    parser.add_argument("--node-folder", default=os.path.join(tempfile.gettempdir(), "palimpsest-indexes"))
    parser.add_argument("--program", type=shlex.split, default=["node", PROGRAM], help="how palimpsest is started")
    parser.epilog = "After -- stand further arguments of palimpsest merge, e.g. -- --redact hashes."
    own, further = sys.argv[1:], []
    if "--" in own:
        own, further = own[: own.index("--")], own[own.index("--") + 1 :]
    return parser.parse_args(own), further


def main():
    options, further = parse_arguments()
    plan_file = os.path.abspath(options.plan)
    partials = os.path.abspath(options.partials) if options.partials else None
    key_file = os.path.abspath(options.key_file) if options.key_file else None
    with open(plan_file, encoding="utf-8") as file:
        plan = json.load(file)
    ray.init(address=options.address, log_to_driver=False, logging_level="ERROR")
    corpora = ray.put(plan["corpora"])
    started = time.monotonic()
    waiting = [
        work.options(num_cpus=options.threads).remote(
            options.program, plan_file, corpora, shard, options.threads, partials, key_file, options.node_folder
        )
        for shard in range(len(plan["shards"]))
    ]
    done = 0
    while waiting:
        ready, waiting = ray.wait(waiting, num_returns=1)
        shard, code, words = ray.get(ready[0])
        if code != 0:
            for task in waiting:
                ray.cancel(task)
            sys.stderr.write(f"{words or f'shard {shard}: ended with code {code}'}\n")
            return code
        done += 1
        seconds = time.monotonic() - started
        left = seconds / done * len(waiting)
        sys.stderr.write(f"{done} of {len(plan['shards'])} shards, {seconds:.0f} s, about {left:.0f} s left\n")
    arguments = ["merge", plan_file, "--out", options.out]
    if partials:
        arguments += ["--partials", partials]
    if key_file:
        arguments += ["--key-file", key_file]
    return subprocess.run(options.program + arguments + further).returncode


if __name__ == "__main__":
    sys.exit(main())
