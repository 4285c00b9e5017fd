# The command-line program, set up and built on first use and whenever a source has changed since.
$ErrorActionPreference = 'Stop'
$program = Join-Path $PSScriptRoot 'artifacts/cli/powershell/AdaFormer.Cli.dll'
$sources = Get-ChildItem -Recurse -File (Join-Path $PSScriptRoot 'src'), (Join-Path $PSScriptRoot 'models') |
    Where-Object { $_.FullName -notmatch '[\\/](obj|bin)[\\/]' }
$built = if (Test-Path $program) { (Get-Item $program).LastWriteTime } else { [datetime]::MinValue }
if ($sources | Where-Object { $_.LastWriteTime -gt $built } | Select-Object -First 1) {
    Push-Location $PSScriptRoot
    try {
        ./build.ps1 setup | Out-Host
        if ($LASTEXITCODE -eq 0) { dotnet publish src/AdaFormer.Cli -c Release --no-restore -o artifacts/cli/powershell | Out-Host }
        if ($LASTEXITCODE -ne 0) { exit $LASTEXITCODE }
    } finally { Pop-Location }
    (Get-Item $program).LastWriteTime = Get-Date
}
dotnet $program @args
exit $LASTEXITCODE
