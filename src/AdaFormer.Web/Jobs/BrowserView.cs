using AdaFormer.Files;
using AdaFormer.ImageSharp;
using AdaFormer.Imaging;

namespace AdaFormer.Web.Jobs;

/// <summary>Makes pictures that browsers cannot show, or not without holding gigabytes, into a PNG that they can.</summary>
internal static class BrowserView
{
    private const long MaximumPixels = 50_000_000;
    private const int MaximumSide = 12_288;

    // Only resamples: no model is ever loaded for what does not become larger.
    private static readonly ModelSelector Unused = ModelSelector.LoadBuiltIn();

    /// <summary>The file as it is, or a PNG of it, the first picture if it has several.</summary>
    public static string Of(string file, int width, int height, WorkFolder folder, string name, CancellationToken cancellationToken) =>
        Of(file, width, height, folder, name, PictureFormats.Reader(long.MaxValue), cancellationToken);

    /// <inheritdoc cref="Of(string, int, int, WorkFolder, string, CancellationToken)"/>
    public static string Of(string file, int width, int height, WorkFolder folder, string name, PictureReader reader, CancellationToken cancellationToken)
    {
        var side = Math.Min(MaximumSide, Math.Sqrt((double)MaximumPixels / width / height) * Math.Max(width, height));
        if (side >= Math.Max(width, height) && Path.GetExtension(file) is not (".tif" or ".tiff" or ""))
            return file;
        var view = folder.File(name);
        var size = (int)Math.Min(side, Math.Max(width, height));
        var upscaler = new FileUpscaler(Unused, reader, options: new FileUpscaleOptions { TargetSize = TargetSize.Within(size, size) });
        upscaler.Upscale(file, view, cancellationToken: cancellationToken);
        return view;
    }
}
