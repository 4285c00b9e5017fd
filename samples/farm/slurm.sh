#!/bin/bash
# Sixteen workers of a Slurm cluster, which end when the queue has been empty for a minute:
#   export ADAFORMER_BROKER=amqp://user:password@broker:5672
#   adaformer farm submit /shared/photos /shared/large && sbatch samples/farm/slurm.sh
#SBATCH --job-name=adaformer
#SBATCH --array=1-16
#SBATCH --cpus-per-task=4
#SBATCH --mem=6G
#SBATCH --time=08:00:00
# Slurm sends SIGTERM ten minutes before the time is over, so that what is under way is finished or given back.
#SBATCH --signal=B:TERM@600
set -u
adaformer farm work --parallel 1 --threads "$SLURM_CPUS_PER_TASK" --idle 60 --grace 540 &
worker=$!
trap 'kill -TERM "$worker"' TERM
# The first wait ends with the signal, the second with the worker.
wait "$worker"
code=$?
if kill -0 "$worker" 2> /dev/null; then
    wait "$worker"
    code=$?
fi
exit "$code"
