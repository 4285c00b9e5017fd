using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using AdaFormer.Imaging;
using AdaFormer.IO;
using AdaFormer.Imaging.Png;
using AdaFormer.Training.Configuration;

namespace AdaFormer.Training.Data;

/// <summary>
/// A model whose pictures a network learns from. They are computed once and cached as PNG, each named by a hash of its input's pixels and of
/// the model, so that one folder serves any number of runs, and pictures of a cancelled run are found by the next.
/// </summary>
internal sealed class TeacherModel
{
    private static readonly PictureReader Reader = new();

    private readonly byte[] _model;
    private readonly int _threads;

    private TeacherModel(byte[] model, int threads)
    {
        (_model, _threads) = (model, threads);
        Sha256 = Convert.ToHexStringLower(SHA256.HashData(model));
    }

    /// <summary>SHA-256 of the model's file, in lower-case hexadecimal.</summary>
    public string Sha256 { get; }

    /// <summary>The teacher of a configuration; null: there is none.</summary>
    /// <exception cref="TrainingConfigurationException">Its scale differs from that of the network to train.</exception>
    /// <exception cref="FileNotFoundException">The model does not exist.</exception>
    /// <exception cref="ModelFormatException">The file is damaged or not a model.</exception>
    public static TeacherModel? Of(TrainingConfiguration configuration)
    {
        if (configuration.Teacher is not { } name)
            return null;
        var model = ModelLibrary.Default.Read(name);
        var scale = ModelDescription.Read(model, name).Scale;
        return scale == configuration.Scale
            ? new TeacherModel(model, configuration.Threads)
            : throw new TrainingConfigurationException(
                $"teacher is '{name}', which makes pictures {scale} times larger; expected {configuration.Scale} times, the scale. Use another teacher, or set scale to {scale}.");
    }

    /// <summary>Adds the teacher's pictures to pairs: cached ones are reused, missing and damaged ones computed.</summary>
    /// <param name="pairs">Pictures with their downscaled versions.</param>
    /// <param name="folder">The cache folder; created if missing.</param>
    /// <param name="progress">Receives the number of pairs done so far.</param>
    /// <param name="cancellationToken">Stops; finished pictures stay in the folder.</param>
    /// <exception cref="UpscalingException">The model failed.</exception>
    /// <exception cref="IOException">The folder cannot be read or written.</exception>
    public PicturePair[] Teach(IReadOnlyList<PicturePair> pairs, string folder, Action<int>? progress, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        var taught = new PicturePair[pairs.Count];
        UpscalingModel? session = null;
        try
        {
            for (var i = 0; i < taught.Length; i++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var path = Path.Combine(folder, NameOf(pairs[i].Low));
                taught[i] = pairs[i] with { Teacher = Kept(path, pairs[i].High) ?? Make(pairs[i].Low, path) };
                progress?.Invoke(i + 1);
            }
        }
        finally
        {
            session?.Dispose();
        }

        return taught;

        Picture Make(Picture low, string path)
        {
            session ??= UpscalingModel.Load(_model, new ModelOptions { Device = Device.Cpu, Threads = _threads });
            var picture = new Upscaler(session).Upscale(low, cancellationToken: cancellationToken).Picture;
            AtomicFile.Write(path, overwrite: true, stream => PngFile.Save(picture, stream));
            return picture;
        }
    }

    private string NameOf(Picture low)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.ASCII.GetBytes(Sha256));
        var width = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(width, low.Width);
        hash.AppendData(width);
        for (var y = 0; y < low.Height; y++)
            hash.AppendData(low.Row8(y));
        return Convert.ToHexStringLower(hash.GetHashAndReset()) + ".png";
    }

    private static Picture? Kept(string path, Picture high)
    {
        try
        {
            return File.Exists(path) && Reader.Read(path) is { Layout: PixelLayout.Rgb, BitDepth: 8, Warnings.Count: 0 } picture && (picture.Width, picture.Height) == (high.Width, high.Height)
                ? picture
                : null;
        }
        catch (PictureFormatException)
        {
            return null;
        }
    }
}
