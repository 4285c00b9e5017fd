using AdaFormer.Files;

namespace AdaFormer.Web.Requests;

/// <summary>File names and types that clients are told.</summary>
internal static class FileNames
{
    private const int MaximumLength = 100;

    /// <summary>The result's name, as the command makes it: <c>photo_x4.png</c>.</summary>
    /// <param name="name">The picture's file name, as the client says; whatever could lead elsewhere is left out.</param>
    /// <param name="size">The size that was asked for.</param>
    /// <param name="extension">The ending with the dot.</param>
    public static string Result(string? name, TargetSize size, string extension)
    {
        var last = (name ?? "").Split('/', '\\')[^1];
        var plain = new string([.. Path.GetFileNameWithoutExtension(last).Where(letter => !char.IsControl(letter) && !"<>:\"|?*".Contains(letter))]).Trim(' ', '.');
        return $"{(plain.Length == 0 ? "picture" : plain[..Math.Min(plain.Length, MaximumLength)])}_{size}{extension}";
    }

    /// <summary>The media type of a format's ending.</summary>
    public static string MediaType(string extension) => extension switch
    {
        ".jpg" or ".jpeg" or ".jfif" or ".jpe" => "image/jpeg",
        ".tif" or ".tiff" => "image/tiff",
        ".htm" or ".html" => "text/html; charset=utf-8",
        ".css" => "text/css; charset=utf-8",
        ".js" => "text/javascript; charset=utf-8",
        ".svg" => "image/svg+xml",
        _ => $"image/{extension[1..]}",
    };
}
