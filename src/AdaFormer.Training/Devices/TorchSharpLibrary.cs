using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Loader;
using System.Security.Cryptography;
using AdaFormer.IO;
using TorchSharp;

namespace AdaFormer.Training.Devices;

/// <summary>
/// Loads TorchSharp's native part if the C++ library is older than the one it was linked with (GLIBCXX_3.4.32, GCC 13): Debian 12, Ubuntu 22.04.
/// It references that version for one symbol, <c>_ZSt21ios_base_library_initv</c>, to which it has no relocation, so nothing ever calls it. A copy of the file in which
/// this version need is marked as weak (one byte of <c>.gnu.version_r</c>, <c>VER_FLG_WEAK</c>) loads; everything else stays as strict as it was.
/// </summary>
internal static class TorchSharpLibrary
{
    private const string Name = "LibTorchSharp";
    private const string FileName = "libLibTorchSharp.so";
    private const string MissingVersion = "GLIBCXX_3.4.32";

    // The file of TorchSharp 0.107.0 for linux-x64, the patched copy, and the position of the version need's flags in it.
    private const string Version = "0.107.0";
    private const string KnownHash = "cf33b1b0bb6bbb9754a768fb5c5d04d9f498603be50e73f55621a0b40ee608b8";
    private const string CopyHash = "5968efac8270eff8a2b5ca7381612ea9cc54d81cf4104a54e0e6106b7b5f11e3";
    private const int FlagsPosition = 0x3fa34;
    private const byte Weak = 2;

    // libtorch, in dependency order: loaded by path, these satisfy the copy, which is in another folder.
    private static readonly string[] Needed = ["libc10.so", "libtorch_cpu.so", "libtorch.so"];

    /// <summary>Ensures that TorchSharp can be loaded. Runs automatically before anything else of this assembly; loads nothing yet.</summary>
    [ModuleInitializer]
    internal static void Prepare()
    {
        // Raised only if the usual ways to load the library have failed.
        if (OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture == Architecture.X64)
            (AssemblyLoadContext.GetLoadContext(typeof(torch).Assembly) ?? AssemblyLoadContext.Default).ResolvingUnmanagedDll += (_, name) => name == Name ? Load() : 0;
    }

    /// <summary>
    /// Loads the same libraries by the same names as TorchSharp, so that a failure is reported as is: TorchSharp itself hides it, copies all of libtorch into the
    /// application's folder, and tries again.
    /// </summary>
    /// <exception cref="DllNotFoundException">A copy is needed and could not be made.</exception>
    public static void Require()
    {
        var assembly = typeof(torch).Assembly;
        if (NativeLibrary.TryLoad("torch_cpu", assembly, null, out _))
            _ = NativeLibrary.TryLoad(Name, assembly, null, out _);
    }

    private static nint Load()
    {
        if (Find(FileName) is not { } path)
            return 0;
        foreach (var file in Needed.Select(Find).OfType<string>())
            NativeLibrary.Load(file);
        try
        {
            return NativeLibrary.Load(path);
        }
        catch (DllNotFoundException e) when (e.Message.Contains(MissingVersion, StringComparison.Ordinal))
        {
            return NativeLibrary.Load(Copy(path, Path.Combine(CacheFolder(), "AdaFormer", "TorchSharp-" + Version)));
        }
    }

    internal static string? Find(string file)
    {
        var folders = (AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") as string ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        return folders.Append(AppContext.BaseDirectory).Select(folder => Path.Combine(folder, file)).FirstOrDefault(File.Exists);
    }

    /// <summary>The patched copy, created if missing.</summary>
    /// <param name="original">TorchSharp's file.</param>
    /// <param name="folder">The folder of the copy; created if missing.</param>
    /// <exception cref="DllNotFoundException">It is not the known file, or the copy cannot be written.</exception>
    internal static string Copy(string original, string folder)
    {
        var copy = Path.Combine(folder, FileName);
        if (File.Exists(copy) && Hash(File.ReadAllBytes(copy)) == CopyHash)
            return copy;
        var bytes = File.ReadAllBytes(original);
        if (Hash(bytes) != KnownHash)
        {
            throw new DllNotFoundException(
                $"{original} needs {MissingVersion} of libstdc++, which this system lacks, and is not the file of TorchSharp {Version} that can be patched. " +
                $"Use TorchSharp {Version}, or a system with GCC 13's libstdc++ (Debian 13, Ubuntu 24.04).");
        }

        bytes[FlagsPosition] |= Weak;
        try
        {
            Directory.CreateDirectory(folder);
            AtomicFile.Write(copy, overwrite: true, stream => stream.Write(bytes));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DllNotFoundException($"TorchSharp needs a patched copy of its native part on this system, which could not be written to {folder}: {e.Message} Make that folder writable.", e);
        }

        return copy;
    }

    private static string CacheFolder() =>
        Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData) is { Length: > 0 } folder ? folder : Path.GetTempPath();

    private static string Hash(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
