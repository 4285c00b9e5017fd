namespace AdaFormer;

/// <summary>Halting depths: the number of transformer blocks that processed each token (pixel of the input).</summary>
public sealed class HaltingMap
{
    private readonly byte[] _depth;

    internal HaltingMap(int width, int height, int blocks)
    {
        Width = width;
        Height = height;
        Blocks = blocks;
        _depth = new byte[(long)width * height];
    }

    /// <summary>Creates a map of depths that were computed elsewhere.</summary>
    /// <param name="width">Width of the input in pixels.</param>
    /// <param name="height">Height of the input in pixels.</param>
    /// <param name="blocks">Number of blocks.</param>
    /// <param name="depths">The depth of every token, row by row.</param>
    /// <exception cref="ArgumentException">The number of depths is not width × height, or one is not within 0 to blocks.</exception>
    public HaltingMap(int width, int height, int blocks, IReadOnlyList<byte> depths) : this(width, height, blocks)
    {
        ArgumentNullException.ThrowIfNull(depths);
        if (depths.Count != _depth.Length || depths.Any(depth => depth > blocks))
            throw new ArgumentException($"There are {depths.Count} depths up to {depths.DefaultIfEmpty().Max()}; expected {width}×{height} up to {blocks}.", nameof(depths));
        for (var i = 0; i < _depth.Length; i++)
            _depth[i] = depths[i];
    }

    /// <summary>Width of the input in pixels.</summary>
    public int Width { get; }

    /// <summary>Height of the input in pixels.</summary>
    public int Height { get; }

    /// <summary>Number of blocks, the largest depth; 0 if the model does not halt.</summary>
    public int Blocks { get; }

    /// <summary>Halting depth of the token at (x, y), 0 to <see cref="Blocks"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The token lies outside the picture.</exception>
    public int this[int x, int y] => (uint)x < (uint)Width ? Row(y)[x] : throw new ArgumentOutOfRangeException(nameof(x), x, $"The map is {Width} tokens wide.");

    /// <summary>Share of the total work (tokens times blocks) that halting saved: 0 to 1.</summary>
    public double HaltedShare => Blocks == 0 ? 0 : 1 - (Work / ((double)Blocks * _depth.Length));

    /// <summary>The sum of all depths.</summary>
    internal long Work => _depth.Sum(depth => (long)depth);

    /// <summary>Share of the tokens that a block did not process: 0 to 1.</summary>
    /// <param name="block">The block, 0 to <see cref="Blocks"/> − 1.</param>
    public double HaltedShareOf(int block)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(block);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(block, Blocks);
        return _depth.Count(depth => depth <= block) / (double)_depth.Length;
    }

    /// <summary>The depths of a row of tokens.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The row does not exist.</exception>
    public ReadOnlySpan<byte> Row(int y) => WritableRow(y);

    internal Span<byte> WritableRow(int y) => (uint)y < (uint)Height
        ? _depth.AsSpan(y * Width, Width)
        : throw new ArgumentOutOfRangeException(nameof(y), y, $"The map has {Height} rows.");
}
