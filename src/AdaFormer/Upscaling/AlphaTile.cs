using AdaFormer.Imaging;

namespace AdaFormer;

/// <summary>
/// The alpha of a tile, upscaled by the network as a grey picture. The result is clamped to the range of the nearby input, so that a constant
/// alpha stays exact and no opaque or transparent area gets a haze.
/// </summary>
internal sealed class AlphaTile
{
    // Radius in pixels that counts as nearby.
    private const int Reach = 1;

    private readonly Memory<int> _values;
    private readonly Tile _tile;
    private readonly int _maximum;

    public AlphaTile(PictureBand band, Tile tile, RentedMemory memory)
    {
        var picture = band.Picture;
        (_tile, _maximum, _values) = (tile, picture.MaxValue, memory.Rent<int>(tile.Pixels));
        var plane = memory.Rent<float>(tile.Pixels);
        for (var y = 0; y < tile.Height; y++)
        {
            for (var x = 0; x < tile.Width; x++)
            {
                var value = picture[tile.X + x, tile.Y - band.Top + y, picture.Channels - 1];
                _values.Span[(y * tile.Width) + x] = value;
                plane.Span[(y * tile.Width) + x] = (float)value / _maximum;
            }
        }

        Plane = plane;
    }

    /// <summary>Whether alpha is constant, so that the network is not needed.</summary>
    public bool IsConstant => !_values.Span.ContainsAnyExcept(_values.Span[0]);

    /// <summary>Alpha in 0 to 1, as (height, width).</summary>
    public ReadOnlyMemory<float> Plane { get; }

    /// <summary>Copies alpha into the network's (3, height, width).</summary>
    public void CopyTo(Span<float> tensor)
    {
        for (var channel = 0; channel < 3; channel++)
            Plane.Span.CopyTo(tensor[(channel * Plane.Length)..]);
    }

    /// <summary>Writes the core's alpha.</summary>
    /// <param name="tensor">(planes, scale·height, scale·width) of the network; may be empty if alpha is constant.</param>
    /// <param name="band">Receives alpha.</param>
    /// <param name="scale">How many times larger the tensor is.</param>
    /// <param name="planes">3: alpha went through the network as a grey picture; 1: as alpha.</param>
    public void Write(ReadOnlySpan<float> tensor, PictureBand band, int scale, int planes = 3)
    {
        var result = band.Picture;
        PixelTensor.RequireFinite(tensor);
        var plane = tensor.Length / planes;
        var width = _tile.Width * scale;
        var (left, count) = (_tile.CoreX - _tile.X, _tile.CoreWidth);
        for (var y = 0; y < _tile.CoreHeight * scale; y++)
        {
            var row = _tile.CoreY - _tile.Y + (y / scale);
            var first = (((row * scale) + (y % scale)) * width) + (left * scale);
            var values = tensor.IsEmpty || planes == 1 ? tensor : PixelTensor.Luminance(
                tensor.Slice(first, count * scale), tensor.Slice(plane + first, count * scale), tensor.Slice((2 * plane) + first, count * scale));
            if (planes == 1)
                values = values.Slice(first, count * scale);
            for (var x = 0; x < count; x++)
            {
                var (low, high) = Nearby(left + x, row);
                for (var i = x * scale; i < (x + 1) * scale; i++)
                {
                    result[(_tile.CoreX * scale) + i, (_tile.CoreY * scale) - band.Top + y, result.Channels - 1] =
                        low == high ? low : (int)Math.Clamp((values[i] * _maximum) + 0.5f, low, high);
                }
            }
        }
    }

    private (int Low, int High) Nearby(int column, int row)
    {
        var (left, right) = (Math.Max(0, column - Reach), Math.Min(_tile.Width - 1, column + Reach));
        var (low, high) = (int.MaxValue, int.MinValue);
        for (var y = Math.Max(0, row - Reach); y <= Math.Min(_tile.Height - 1, row + Reach); y++)
        {
            foreach (var value in _values.Span.Slice((y * _tile.Width) + left, right - left + 1))
                (low, high) = (Math.Min(low, value), Math.Max(high, value));
        }

        return (low, high);
    }
}
