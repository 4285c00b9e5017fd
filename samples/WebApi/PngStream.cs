using Microsoft.ML.Data;

namespace WebApi;

/// <summary>Converts images to PNG.</summary>
internal static class PngStream
{
    /// <summary>Saves the image to a temporary file, which is deleted with the stream: ML.NET saves images only to files.</summary>
    public static Stream ToPng(this MLImage image)
    {
        var path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid()}.png");
        image.Save(path);
        return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 65536, FileOptions.DeleteOnClose);
    }
}
