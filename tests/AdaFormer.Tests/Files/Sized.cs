using AdaFormer.Files;
using AdaFormer.Imaging.Png;
using AdaFormer.Imaging;
using AdaFormer.Tests.Imaging;

namespace AdaFormer.Tests.Files;

/// <summary>Pictures through <see cref="FileUpscaler"/> to a size of their own.</summary>
internal static class Sized
{
    public static Picture Upscale(ModelSelector models, TargetSize size, Picture picture, UpscaleOptions? options = null)
    {
        using var folder = new TemporaryFolder();
        using (var stream = File.Create(folder.File("in.png")))
            PngFile.Save(picture, stream);
        new FileUpscaler(models, options: new FileUpscaleOptions { TargetSize = size, Upscaling = options ?? new UpscaleOptions() }).Upscale(folder.File("in.png"), folder.File("out.png"));
        return Pictures.Read(folder.File("out.png"));
    }
}
