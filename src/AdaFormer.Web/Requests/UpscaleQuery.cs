using System.ComponentModel;
using AdaFormer.Files;
using AdaFormer.ImageSharp;
using Microsoft.AspNetCore.Mvc;

namespace AdaFormer.Web.Requests;

/// <summary>The options of a request, those of `adaformer upscale`.</summary>
internal sealed record UpscaleQuery
{
    private const int MaximumSide = 65_536;
    private const double MaximumScale = 1000;
    private const string OneSize = "scale, size, width and height each set the size; give one of them.";

    [FromQuery(Name = "model"), Description("Name of a model, see /api/service. Default: the built-in models that fit the size, and the picture where it was a JPEG.")]
    public string? Model { get; init; }

    [FromQuery(Name = "scale"), Description("How many times larger, such as 2.5. Default: 4, or the model's.")]
    public double? Scale { get; init; }

    [FromQuery(Name = "size"), Description("Largest size that fits into this one, in the picture's proportions, such as 1920x1080.")]
    public string? Size { get; init; }

    [FromQuery(Name = "width"), Description("Exact width in pixels, the height in proportion.")]
    public int? Width { get; init; }

    [FromQuery(Name = "height"), Description("Exact height in pixels, the width in proportion.")]
    public int? Height { get; init; }

    [FromQuery(Name = "haltingThreshold"), Description("Trades speed for quality: lower halts tokens earlier, 1e9 keeps all. Default: the model's own.")]
    public float? HaltingThreshold { get; init; }

    [FromQuery(Name = "refine"), Description("Name of a second, stronger model of the same scale, for the parts with the most detail. Default: none.")]
    public string? Refine { get; init; }

    [FromQuery(Name = "share"), Description("How much of the picture the second model refines, 0 to 1. Default: 0.25.")]
    public double? Share { get; init; }

    [FromQuery(Name = "format"), Description("Format of the result: png, jpg, webp, tif, bmp or gif. Default: png.")]
    public string? Format { get; init; }

    [FromQuery(Name = "quality"), Description("Quality of JPEG and lossy WebP, 1 to 100. Default: 92.")]
    public int? Quality { get; init; }

    [FromQuery(Name = "lossless"), Description("Write lossless WebP. Default: false.")]
    public bool? Lossless { get; init; }

    [FromQuery(Name = "haltingMap"), Description("Draw a halting map of the picture's own size, for an answer in events. None is drawn of a file of several pictures, nor by a model that does not halt. Default: false.")]
    public bool? HaltingMap { get; init; }

    [FromQuery(Name = "strict"), Description("Treat every warning as a failure. Default: false.")]
    public bool? Strict { get; init; }

    [FromQuery(Name = "salvage"), Description("Of a picture that is cut off, take what there is, with a warning. Default: false.")]
    public bool? Salvage { get; init; }

    [FromQuery(Name = "tile"), Description("Largest tile side in input pixels. Default: 512, or what the memory allows.")]
    public int? Tile { get; init; }

    [FromQuery(Name = "overlap"), Description("Input pixels that a tile sees of its surroundings. Default: the model's recommendation.")]
    public int? Overlap { get; init; }

    [FromQuery(Name = "name"), Description("The picture's file name, of which the result's is made. It names no file here.")]
    public string? Name { get; init; }

    /// <summary>Checks all options.</summary>
    /// <exception cref="InvalidQueryException">Some are not valid.</exception>
    public UpscaleOrder Order(Models.ModelCatalogue catalogue, UpscaleServiceOptions limits)
    {
        var errors = new Dictionary<string, string[]>();
        var models = catalogue.Find(Model);
        Require(models is not null, nameof(Model), $"There is no model '{Model}'; /api/service names those that there are.");
        Require(new object?[] { Scale, Size, Width, Height }.Count(value => value is not null) < 2, nameof(Scale), OneSize);
        Require(Scale is null or (> 0 and <= MaximumScale), nameof(Scale), $"It is {Scale}; expected a number above 0, at most {MaximumScale}.");
        Require(Size is null || SizeOf(Size) is not null, nameof(Size), $"'{Size}' is not a size; expected width and height in pixels, such as 1920x1080.");
        Require(Width is null or (>= 1 and <= MaximumSide), nameof(Width), $"It is {Width}; expected 1 to {MaximumSide}.");
        Require(Height is null or (>= 1 and <= MaximumSide), nameof(Height), $"It is {Height}; expected 1 to {MaximumSide}.");
        Require(HaltingThreshold is not { } threshold || !float.IsNaN(threshold), nameof(HaltingThreshold), "It is not a number; expected one such as 0.5.");
        Require(Quality is null or (>= 1 and <= 100), nameof(Quality), $"It is {Quality}; expected 1 to 100.");
        var second = models is null ? null : catalogue.FindOne(Refine);
        Require(Refine is null || models is null || second is not null, nameof(Refine), $"There is no model '{Refine}'; /api/service names those that there are.");
        Require(second is null || models!.Scales.Contains(second.Description.Scale), nameof(Refine), $"'{Refine}' makes pictures {second?.Description.Scale} times larger, which no first model does: {string.Join(", ", models?.Scales ?? [])}.");
        Require(Share is null or (>= 0 and <= 1), nameof(Share), $"It is {Share}; expected 0 to 1.");
        Require(Share is null || Refine is not null, nameof(Share), "It says how much a second model refines; give refine too.");
        var extension = $".{(Format ?? "png").ToLowerInvariant()}";
        var formats = PictureFormats.Writer().Formats.SelectMany(format => format.Extensions).ToArray();
        Require(formats.Contains(extension), nameof(Format), $"'{Format}' cannot be written; expected one of {string.Join(", ", formats.Select(format => format[1..]))}.");
        Require(Tile is null or >= 1, nameof(Tile), $"It is {Tile}; expected at least 1.");
        Require(Overlap is null or >= 0, nameof(Overlap), $"It is {Overlap}; expected at least 0.");
        if (errors.Count > 0)
            throw new InvalidQueryException(errors);
        var size = Target();
        return new UpscaleOrder
        {
            Models = models!,
            ModelName = Model,
            RefineName = Refine,
            Extension = extension,
            FileName = FileNames.Result(Name, size ?? TargetSize.Scaled(models!.Scales[^1]), extension),
            DrawsMap = HaltingMap == true,
            Reader = PictureFormats.Reader(limits.MaximumPixels, Salvage == true),
            Writer = PictureFormats.Writer(new ImageSharpEncoderOptions { Quality = Quality ?? new ImageSharpEncoderOptions().Quality, LosslessWebp = Lossless == true }),
            Files = new FileUpscaleOptions
            {
                Strict = Strict == true,
                SmallHaltingMap = true,
                MaximumOutputPixels = limits.MaximumOutputPixels,
                TargetSize = size,
                Upscaling = new UpscaleOptions
                {
                    HaltingThreshold = HaltingThreshold,
                    TileSize = Tile,
                    TileOverlap = Overlap,
                    MemoryBudget = limits.MemoryBudget ?? SharedMemory(limits.AtWork),
                    Refinement = second is null ? null : new Refinement(second) { Share = Share ?? new Refinement(second).Share },
                },
            },
        };

        void Require(bool valid, string name, string error)
        {
            if (!valid)
                errors.TryAdd(char.ToLowerInvariant(name[0]) + name[1..], [error]);
        }
    }

    // One picture alone may take half of the memory, as the command's; several share that.
    private static long? SharedMemory(int atWork) => atWork == 1 ? null : GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 2 / atWork;

    /// <summary>The requested size; <see langword="null"/>: the model's scale.</summary>
    private TargetSize? Target() =>
        SizeOf(Size) is var (width, height) ? TargetSize.Within(width, height)
        : Width is { } exactWidth ? TargetSize.OfWidth(exactWidth)
        : Height is { } exactHeight ? TargetSize.OfHeight(exactHeight)
        : Scale is { } scale ? TargetSize.Scaled(scale)
        : null;

    private static (int Width, int Height)? SizeOf(string? text)
    {
        return text?.Split('x') is [var width, var height] && Side(width) is { } w && Side(height) is { } h ? (w, h) : null;

        static int? Side(string digits) =>
            int.TryParse(digits, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var side) && side is >= 1 and <= MaximumSide ? side : null;
    }
}
