using Microsoft.ML.OnnxRuntime.Tensors;

namespace AdaFormer;

/// <summary>The form in which a model takes a picture and gives one: names, channels, layout, types, range and sizes of its tensors.</summary>
internal sealed record PixelInterface
{
    /// <summary>The form of this project's models: (images, 3, height, width) in 0 to 1, of any size.</summary>
    public static PixelInterface Own { get; } = new() { Input = "image", Output = "upscaled" };

    public required string Input { get; init; }

    public required string Output { get; init; }

    /// <summary>1: luma; 3: red, green, blue; 4: and alpha.</summary>
    public int Channels { get; init; } = 3;

    /// <summary>Whether a pixel's values are adjacent in the input: (image, height, width, channel).</summary>
    public bool InterleavedInput { get; init; }

    /// <summary>Whether a pixel's values are adjacent in the output.</summary>
    public bool InterleavedOutput { get; init; }

    /// <summary>Float, Float16 or UInt8.</summary>
    public TensorElementType InputType { get; init; } = TensorElementType.Float;

    /// <summary>Float, Float16 or UInt8.</summary>
    public TensorElementType OutputType { get; init; } = TensorElementType.Float;

    /// <summary>The input's values.</summary>
    public PixelRange InputRange { get; init; } = PixelRange.ZeroToOne;

    /// <summary>The output's values.</summary>
    public PixelRange OutputRange { get; init; } = PixelRange.ZeroToOne;

    /// <summary>The number of images that every run takes; 0: any.</summary>
    public int FixedImages { get; init; }

    /// <summary>The only width that the model takes; 0: any.</summary>
    public int FixedWidth { get; init; }

    /// <summary>The only height that the model takes; 0: any.</summary>
    public int FixedHeight { get; init; }

    /// <summary>A multiple of which width and height must be.</summary>
    public int Multiple { get; init; } = 1;

    /// <summary>The smallest width and height that the model takes.</summary>
    public int SmallestSide { get; init; } = 1;

    /// <summary>Whether the model takes one size only, at least along one axis.</summary>
    public bool IsFixed => FixedWidth > 0 || FixedHeight > 0;

    /// <summary>The size that a picture has to be padded to.</summary>
    public (int Width, int Height) Padded(int width, int height)
    {
        return (Side(width, FixedWidth), Side(height, FixedHeight));

        int Side(int side, int only) => only > 0 ? only : (Math.Max(side, SmallestSide) + Multiple - 1) / Multiple * Multiple;
    }

    /// <summary>Whether images in this project's form are in the model's form too.</summary>
    public bool TakesAsIs(int images, int width, int height) =>
        this is { Channels: 3, InputType: TensorElementType.Float, OutputType: TensorElementType.Float, InputRange: PixelRange.ZeroToOne, OutputRange: PixelRange.ZeroToOne, InterleavedInput: false, InterleavedOutput: false }
        && (FixedImages == 0 || FixedImages == images) && Padded(width, height) == (width, height);

    /// <summary>What goes in and comes out, in words.</summary>
    public override string ToString()
    {
        var channels = Channels switch { 1 => "luma", 3 => "RGB", _ => "RGBA" };
        return $"{channels}; '{Input}' {Side(InputType, InterleavedInput, InputRange)}; '{Output}' {Side(OutputType, InterleavedOutput, OutputRange)}";

        static string Side(TensorElementType type, bool interleaved, PixelRange range) => $"{(interleaved ? "NHWC" : "NCHW")} {type}, {range.Words()}";
    }

    /// <summary>The sizes that it takes, in words.</summary>
    public string Sizes => IsFixed
        ? $"{Only(FixedWidth)}×{Only(FixedHeight)} only; pictures go through in tiles of that size"
        : $"{(Multiple == 1 ? "any" : $"multiples of {Multiple}")}{(SmallestSide > 1 ? $", from {SmallestSide}×{SmallestSide}" : "")}{(Multiple * SmallestSide > 1 ? "; others are padded" : "")}";

    private static string Only(int side) => side == 0 ? "any" : $"{side}";
}

/// <summary>What the ranges are in numbers.</summary>
internal static class PixelRanges
{
    /// <summary>The value of black.</summary>
    public static int Black(this PixelRange range) => range == PixelRange.MinusOneToOne ? -1 : 0;

    /// <summary>The value of full intensity.</summary>
    public static int White(this PixelRange range) => range == PixelRange.ZeroTo255 ? byte.MaxValue : 1;

    /// <summary>The range, such as <c>0 to 255</c>.</summary>
    public static string Words(this PixelRange range) => $"{range.Black()} to {range.White()}";
}
