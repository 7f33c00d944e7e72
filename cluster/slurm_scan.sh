#!/usr/bin/env bash
# Works on all shards of a plan as a Slurm job array, and merges them in a job that waits for the array.
#
#   palimpsest plan corpus/ --reference gpt4.pali --shards 64 --out plan.json
#   cluster/slurm_scan.sh plan.json audit/ [further arguments of palimpsest merge]
#
# Prints the number of the merging job, and that of the array on standard error. SBATCH_* variables (partition, account, time) apply to both jobs; THREADS sets
# the processors of each shard (1), KEY_FILE the key of locked index files, PALIMPSEST how the program is started. A shard whose node is lost is queued again
# by Slurm; starting this script again skips the shards that are complete. Plan and inputs are on a shared path.
set -euo pipefail

plan=$(realpath "$1")
out=$2
shift 2
threads=${THREADS:-1}
key=(${KEY_FILE:+--key-file "$(realpath "$KEY_FILE")"})
program=${PALIMPSEST:-node $(dirname "$(dirname "$(realpath "$0")")")/bin/palimpsest.js}
shards=$(node -p 'JSON.parse(require("fs").readFileSync(process.argv[1])).shards.length' "$plan")
logs=$(dirname "$plan")/logs
mkdir -p "$logs"

# the words are quoted for the shell that sbatch starts
quote() { printf '%q ' "$@"; }

array=$(sbatch --parsable --requeue --array="0-$((shards - 1))" --cpus-per-task="$threads" \
  --job-name=palimpsest-work --output="$logs/work-%a.log" \
  --wrap="$program $(quote work "$plan" --shard auto --threads "$threads" "${key[@]}")")
echo "array ${array%%;*}" >&2
sbatch --parsable --dependency="afterok:${array%%;*}" --kill-on-invalid-dep=yes \
  --job-name=palimpsest-merge --output="$logs/merge.log" \
  --wrap="$program $(quote merge "$plan" --out "$(realpath -m "$out")" "${key[@]}" "$@")"
