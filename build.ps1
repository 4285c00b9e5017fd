# The front door: ./build.ps1 [setup|build|test]. Sets up what is missing, then builds or tests.
$ErrorActionPreference = 'Stop'
Push-Location $PSScriptRoot
try { dotnet run --file eng/build.cs -- @args } finally { Pop-Location }
exit $LASTEXITCODE
