using System.Security.Cryptography;

namespace AdaFormer.IO;

/// <summary>SHA-256 of files.</summary>
internal static class FileHash
{
    /// <summary>The hash in lower-case hexadecimal.</summary>
    /// <exception cref="IOException">The file is missing or cannot be read.</exception>
    public static string Of(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.SequentialScan);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }
}
