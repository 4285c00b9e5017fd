#!/usr/bin/env bash
# The front door: ./build.sh [setup|build|test]. Sets up what is missing, then builds or tests.
set -eu
cd "$(dirname "$0")"
exec dotnet run --file eng/build.cs -- "$@"
