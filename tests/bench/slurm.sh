#!/usr/bin/env bash
# Bench: a corpus in shards through Slurm's own scheduler on this host, with Debian's packages: an array of jobs, one
# of them killed and queued again, and the merge that waits for them, held against one scan, byte for byte.
#
#   apt-get install slurm-wlm munge; npm run bench:slurm -- [BYTES] [DOCUMENTS] [SHARDS]
#
# Starts daemons of its own with all their files in a temporary folder, and ends them by their numbers.
set -euo pipefail

bytes=${1:-1073741824}
documents=${2:-200000}
shards=${3:-16}
root=$(realpath "$(dirname "$0")/../..")
for tool in munged slurmctld slurmd sbatch; do
  command -v "$tool" >/dev/null || { echo "$tool is not there: apt-get install slurm-wlm munge" >&2; exit 2; }
done

folder=${TMPDIR:-/tmp}/palimpsest-cluster
dir=$(mktemp -d)
pids=()
stop() {
  for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
  wait
  rm -rf "$dir"
}
trap stop EXIT

head -c 1024 /dev/urandom >"$dir/key"
chmod 600 "$dir/key"
mkdir "$dir/state" "$dir/spool"
host=$(hostname -s)
cat >"$dir/slurm.conf" <<END
ClusterName=palimpsest
SlurmctldHost=$host(127.0.0.1)
SlurmUser=$(id -un)
SlurmctldPort=16817
SlurmdPort=16818
AuthType=auth/munge
AuthInfo=socket=$dir/munge.socket
StateSaveLocation=$dir/state
SlurmdSpoolDir=$dir/spool
SlurmctldPidFile=$dir/slurmctld.pid
SlurmdPidFile=$dir/slurmd.pid
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
MpiDefault=none
ReturnToService=2
MinJobAge=600
NodeName=$host NodeAddr=127.0.0.1 CPUs=$(nproc) State=UNKNOWN
PartitionName=all Nodes=$host Default=YES MaxTime=INFINITE State=UP
END
export SLURM_CONF=$dir/slurm.conf

munged --foreground --force --key-file="$dir/key" --socket="$dir/munge.socket" --pid-file="$dir/munge.pid" \
  --seed-file="$dir/munge.seed" --log-file="$dir/munge.log" 2>"$dir/munge.err" &
pids+=($!)
for _ in $(seq 50); do [ -S "$dir/munge.socket" ] && break; sleep 0.2; done
slurmctld -D >"$dir/slurmctld.log" 2>&1 &
pids+=($!)
slurmd -D >"$dir/slurmd.log" 2>&1 &
pids+=($!)
for _ in $(seq 100); do sinfo -h -o %t 2>/dev/null | grep -q idle && break; sleep 0.3; done
sinfo -h -o '%N %c processors %t' || { tail "$dir"/*.log >&2; exit 1; }

cd "$root"
npx tsx tests/bench/cluster-corpus.ts "$folder" --bytes "$bytes" --documents "$documents" >/dev/null
run=$(mktemp -d -p "$folder")
trap 'rm -rf "$run"; stop' EXIT
args=("$folder/vendor-$bytes.jsonl" --reference "$folder/reference-$documents.pali")
program=(node "$root/bin/palimpsest.js")
started=$SECONDS
"${program[@]}" scan "${args[@]}" --threads "$(nproc)" --out "$run/whole" --fail-on never >/dev/null
echo "scan: $((SECONDS - started)) s"
started=$SECONDS
"${program[@]}" plan "${args[@]}" --shards "$shards" --out "$run/plan.json"
merge=$("$root/cluster/slurm_scan.sh" "$run/plan.json" "$run/merged" --fail-on never 2>"$run/array")
array=$(sed -n 's/^array //p' "$run/array")

# one task is killed on its way and queued again, as when its node is lost
for _ in $(seq 200); do squeue -h -j "${array}_1" -t running -o %i 2>/dev/null | grep -q . && break; sleep 0.2; done
scontrol requeue "${array}_1" && echo 'task 1 was killed and queued again' || echo 'task 1 had ended before it could be killed'

while squeue -h -j "$merge" -o %T 2>/dev/null | grep -Eq 'PENDING|RUNNING|COMPLETING|CONFIGURING'; do sleep 1; done
echo "plan, $shards jobs and merge: $((SECONDS - started)) s"
scontrol show job "$merge" | grep -Eo 'JobState=[A-Z]+ |ExitCode=[0-9:]+'
diff -rq -x run.json "$run/whole" "$run/merged" && echo 'the bundles are the same, byte for byte'
