using TorchSharp;
using static TorchSharp.torch;

namespace AdaFormer.Training.Architectures.SwinIr;

/// <summary>
/// The S×S windows of images as tokens (N, H, W, C), unshifted or shifted by half a window: the images are rolled, so that the last
/// window of each row and column contains tokens of opposite edges, which a mask separates.
/// </summary>
internal sealed class ShiftedWindows
{
    private const float Apart = -100;

    private readonly long _images;
    private readonly long _height;
    private readonly long _width;
    private readonly long _side;

    private ShiftedWindows(long images, long height, long width, long side, torch.Device device)
    {
        (_images, _height, _width, _side) = (images, height, width, side);
        var parts = (3 * Parts(height, device)).unsqueeze(-1) + Parts(width, device);      // (H, W)
        var windows = Cut(parts.view(1, height, width, 1)).squeeze(-1);                     // (windows of an image, S²)
        var differ = windows.unsqueeze(1).ne(windows.unsqueeze(2)).to(ScalarType.Float32);
        Mask = (differ * Apart).repeat(images, 1, 1);
    }

    /// <summary>The mask added to the attention scores in shifted windows, (windows, S², S²).</summary>
    public Tensor Mask { get; }

    private long Shift => _side / 2;

    /// <param name="images">(N, ?, H, W), where H and W are multiples of the side.</param>
    /// <param name="side">Side S of a window.</param>
    public static ShiftedWindows Of(Tensor images, long side) => new(images.shape[0], images.shape[2], images.shape[3], side, images.device);

    /// <summary>(N, H, W, C) → (windows, S², C).</summary>
    public Tensor Split(Tensor tokens, bool shifted) => Cut(shifted ? tokens.roll([-Shift, -Shift], [1, 2]) : tokens);

    /// <summary>(windows, S², C) → (N, H, W, C).</summary>
    public Tensor Merge(Tensor windows, bool shifted)
    {
        var tokens = windows
            .view(_images, _height / _side, _width / _side, _side, _side, -1)               // (N, H/S, W/S, S, S, C)
            .permute(0, 1, 3, 2, 4, 5)
            .reshape(_images, _height, _width, -1);
        return shifted ? tokens.roll([Shift, Shift], [1, 2]) : tokens;
    }

    private Tensor Cut(Tensor tokens) => tokens
        .view(tokens.shape[0], _height / _side, _side, _width / _side, _side, -1)           // (N, H/S, S, W/S, S, C)
        .permute(0, 1, 3, 2, 4, 5)
        .reshape(-1, _side * _side, tokens.shape[3]);

    /// <summary>Along a rolled axis: 0 before the last window, and in it 1 before the image's edge and 2 after.</summary>
    private Tensor Parts(long length, torch.Device device)
    {
        var position = arange(length, dtype: ScalarType.Float32, device: device);
        return position.ge(length - _side).to(ScalarType.Float32) + position.ge(length - Shift);
    }
}
