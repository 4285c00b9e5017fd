using Microsoft.ML.Data;

namespace WebApi;

/// <summary>Images as PNG.</summary>
internal static class PngStream
{
    /// <summary>The image's file, which goes with the stream: ML.NET saves images to files alone.</summary>
    public static Stream ToPng(this MLImage image)
    {
        var path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid()}.png");
        image.Save(path);
        return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 65536, FileOptions.DeleteOnClose);
    }
}
