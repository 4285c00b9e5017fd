# The command-line program, set up and built on first use.
$ErrorActionPreference = 'Stop'
$program = Join-Path $PSScriptRoot 'artifacts/cli/AdaFormer.Cli.dll'
if (-not (Test-Path $program)) {
    Push-Location $PSScriptRoot
    try {
        ./build.ps1 setup
        if ($LASTEXITCODE -eq 0) { dotnet publish src/AdaFormer.Cli -c Release --no-restore -o artifacts/cli }
        if ($LASTEXITCODE -ne 0) { exit $LASTEXITCODE }
    } finally { Pop-Location }
}
dotnet $program @args
exit $LASTEXITCODE
