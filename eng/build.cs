#!/usr/bin/env dotnet
#:property PublishAot=false
#:property GenerateDocumentationFile=false

// The front door behind build.sh, build.ps1 and adaformer: sets up what the machine's package feed lacks, then builds or tests.
using System.Diagnostics;
using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.RegularExpressions;

const string OnnxRuntimeNpm = "com.github.asus4.onnxruntime";
const string OnnxRuntimeNpmVersion = "0.4.9"; // holds ONNX Runtime 1.29.0
const string OnnxRuntimeIntegrity = "sha512-BkzxduSZ9IkeDP6Q8lz2TFU2ie7hSSvS7ZIfzMooExoq0CNzJnuuGaUJ7IsojBgqO4ouD1jXah8OYyJbCN29Fg==";
const string Solution = "AdaFormer.MLNet.sln";

// Projects that stand on packages which a partial feed may lack; tests and samples that name one go with it.
string[] adapters = ["AdaFormer.ImageSharp", "AdaFormer.Training", "AdaFormer.MLNet", "AdaFormer.Samples"];

var command = args.FirstOrDefault() ?? "build";
var rest = args.Skip(1).ToArray();
var properties = rest.Where(argument => argument.StartsWith("-p:", StringComparison.Ordinal)).ToArray();
if (command is not ("setup" or "build" or "test") || rest.Contains("--help"))
{
    Console.Error.WriteLine("usage: build.sh [setup|build|test] [arguments for dotnet, such as -c Release or -p:Cuda=true]");
    return 2;
}

var artifacts = Directory.CreateDirectory("artifacts").FullName;
var leftOutProps = Path.Combine(artifacts, "left-out.props");
var leftOutList = Path.Combine(artifacts, "left-out.txt");
List<(string Project, string Why)> leftOut;
try
{
    leftOut = SetUp();
}
catch (Exception exception) when (exception is InvalidOperationException or IOException or System.ComponentModel.Win32Exception)
{
    Console.Error.WriteLine($"build: {exception.Message}");
    return 1;
}

var target = leftOut.Count == 0 ? Solution : Filter(leftOut);
if (command == "test")
    return Test();
var status = command == "build" ? Run("dotnet", ["build", target, "--no-restore", .. rest]) : 0;
Notice("left out");
return status;

int Test()
{
    var (code, output) = Capture(echo: true, "dotnet", ["test", target, "--no-restore", .. rest]);
    int passed = 0, failed = 0, skipped = leftOut.Count;
    foreach (Match match in Regex.Matches(output, @"Failed:\s+(\d+), Passed:\s+(\d+), Skipped:\s+(\d+)"))
    {
        failed += int.Parse(match.Groups[1].Value);
        passed += int.Parse(match.Groups[2].Value);
        skipped += int.Parse(match.Groups[3].Value);
    }

    Notice("skipped");
    Console.WriteLine($"{passed} passed, {failed} failed, {skipped} skipped");
    return code != 0 ? code : passed == 0 ? 1 : 0;
}

// Restores everything if it can; else fetches ONNX Runtime and finds out which adapters have to be left out, and why.
List<(string Project, string Why)> SetUp()
{
    var (code, output) = Restore(Solution, everything: true);
    if (code != 0 && Missing(output).Any(package => package is "Microsoft.ML.OnnxRuntime" or "Microsoft.ML.OnnxRuntime.Managed"))
    {
        PackOnnxRuntime();
        (code, output) = Restore(Solution, everything: true);
    }

    if (code == 0)
    {
        File.Delete(leftOutProps);
        return [];
    }

    var result = new List<(string, string)>();
    foreach (var adapter in adapters)
    {
        // The tests bring the native packages that the library itself does not ask for.
        var tests = $"tests/{adapter}.Tests/{adapter}.Tests.csproj";
        if (result.Any(project => StandsOn(tests, project.Item1)))
            continue;
        var (adapterCode, adapterOutput) = Restore(tests, everything: true);
        if (adapterCode != 0)
            result.Add((adapter, string.Join(", ", Missing(adapterOutput))));
    }

    if (result.Any(project => project.Item2.Length == 0) && output.Contains("NU1301") && File.Exists(leftOutList))
    {
        Console.WriteLine("A package source does not answer; what it lacked the last time is taken to be missing still.");
        result = [.. File.ReadLines(leftOutList).Select(line => line.Split('\t')).Select(parts => (parts[0], parts[1]))];
    }

    if (result.Count == 0 || result.Any(project => project.Item2.Length == 0))
        throw new InvalidOperationException("The packages cannot be restored:\n" + output);
    File.WriteAllLines(leftOutList, result.Select(project => $"{project.Item1}\t{project.Item2}"));
    var without = result.Select(project => $"    <Without{project.Item1.Split('.')[1]}>true</Without{project.Item1.Split('.')[1]}>");
    File.WriteAllText(leftOutProps, $"<Project>\n  <PropertyGroup>\n{string.Join("\n", without)}\n  </PropertyGroup>\n</Project>\n");
    (code, output) = Restore(Filter(result), everything: false);
    return code == 0 ? result : throw new InvalidOperationException("The packages cannot be restored:\n" + output);
}

// With everything, what an earlier run left out is asked for again: the feed may have it by now.
(int Code, string Output) Restore(string what, bool everything) =>
    Capture(echo: false, "dotnet", ["restore", what, .. properties, .. everything ? new[] { "-p:LeftOutProps=none" } : []]);

static string[] Missing(string output) =>
    [.. Regex.Matches(output, @"NU110[1-3]: Unable to find (?:a stable )?package (\S+?)\.?(?:\s|$)").Select(match => match.Groups[1].Value).Distinct()];

string Filter(List<(string Project, string Why)> without)
{
    var projects = Regex.Matches(File.ReadAllText(Solution), "\"([^\"]+\\.csproj)\"").Select(match => match.Groups[1].Value)
        .Where(path => !without.Any(project => StandsOn(path.Replace('\\', '/'), project.Project)))
        .Select(path => $"      \"{path.Replace("\\", "\\\\")}\"");
    var path = Path.Combine(artifacts, "available.slnf");
    File.WriteAllText(path, $"{{\n  \"solution\": {{\n    \"path\": \"../{Solution}\",\n    \"projects\": [\n{string.Join(",\n", projects)}\n    ]\n  }}\n}}\n");
    return path;
}

// Tests and samples that name a left-out project go with it.
static bool StandsOn(string path, string project) =>
    path.EndsWith($"/{project}.csproj") || (path.Split('/')[0] is "tests" or "samples" && File.ReadAllText(path).Contains($"/{project}.csproj"));

// Microsoft's C# binding and native library, from the npm release of ONNX Runtime, as packages in the local feed.
void PackOnnxRuntime()
{
    Console.WriteLine("ONNX Runtime is not on this package feed; taking it from npm (150 MB, once) ...");
    var download = Directory.CreateDirectory(Path.Combine(artifacts, "onnxruntime")).FullName;
    var archive = Path.Combine(download, $"{OnnxRuntimeNpm}-{OnnxRuntimeNpmVersion}.tgz");
    if (!HasIntegrity(archive))
        Download(download);
    if (!HasIntegrity(archive))
        throw new InvalidOperationException($"{archive} does not have the pinned hash {OnnxRuntimeIntegrity}; nothing was installed from it.");
    using (var gzip = new GZipStream(File.OpenRead(archive), CompressionMode.Decompress))
        TarFile.ExtractToDirectory(gzip, download, overwriteFiles: true);
    foreach (var project in new[] { "Microsoft.ML.OnnxRuntime.Managed", "Microsoft.ML.OnnxRuntime" })
        Require("dotnet", ["pack", $"eng/onnxruntime/{project}.csproj", "-o", "eng/packages", $"-p:NpmPackage={Path.Combine(download, "package")}"]);
}

static void Download(string folder)
{
    try
    {
        Require(OperatingSystem.IsWindows() ? "npm.cmd" : "npm", ["pack", $"{OnnxRuntimeNpm}@{OnnxRuntimeNpmVersion}", "--silent", "--pack-destination", folder]);
    }
    catch (System.ComponentModel.Win32Exception)
    {
        throw new InvalidOperationException("npm is not installed. Install Node.js, or add a package source that has Microsoft.ML.OnnxRuntime.");
    }
}

static bool HasIntegrity(string path) =>
    File.Exists(path) && "sha512-" + Convert.ToBase64String(SHA512.HashData(File.ReadAllBytes(path))) == OnnxRuntimeIntegrity;

void Notice(string what)
{
    foreach (var (project, why) in leftOut)
        Console.WriteLine($"{what}: {project} and its tests, because no package source has {why}");
}

static void Require(string program, string[] arguments)
{
    var (code, output) = Capture(echo: false, program, arguments);
    if (code != 0)
        throw new InvalidOperationException($"`{program} {string.Join(' ', arguments)}` failed:\n{output}");
}

static int Run(string program, string[] arguments)
{
    using var process = Process.Start(new ProcessStartInfo(program, arguments))!;
    process.WaitForExit();
    return process.ExitCode;
}

static (int Code, string Output) Capture(bool echo, string program, string[] arguments)
{
    var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
    start.Environment["DOTNET_CLI_UI_LANGUAGE"] = "en"; // what is read below is what it says in English
    var output = new System.Text.StringBuilder();
    using var process = new Process { StartInfo = start };
    process.OutputDataReceived += (_, line) => Collect(line.Data);
    process.ErrorDataReceived += (_, line) => Collect(line.Data);
    process.Start();
    process.BeginOutputReadLine();
    process.BeginErrorReadLine();
    process.WaitForExit();
    return (process.ExitCode, output.ToString());

    void Collect(string? line)
    {
        lock (output)
            output.AppendLine(line);
        if (echo && line is not null)
            Console.WriteLine(line);
    }
}
