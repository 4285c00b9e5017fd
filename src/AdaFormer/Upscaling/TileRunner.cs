using AdaFormer.Imaging;

namespace AdaFormer;

/// <summary>Runs tiles through the network; splits them if memory runs out.</summary>
/// <param name="model">The model.</param>
/// <param name="options">The options.</param>
/// <param name="count">Counts the tiles of strips.</param>
/// <param name="cancellationToken">Stops within the current tile.</param>
/// <param name="colorsOnly">Whether alpha is left as it is.</param>
internal sealed class TileRunner(UpscalingModel model, UpscaleOptions options, TileCount count, CancellationToken cancellationToken, bool colorsOnly = false)
{
    // The largest number of pixels at a time for which memory has not run out.
    private int _largest = int.MaxValue;

    /// <summary>Upscales the cores of a strip's tiles.</summary>
    /// <param name="strip">The strip.</param>
    /// <param name="input">Rows of the picture, including all of the strip's.</param>
    /// <param name="output">Rows of the result, including all of the core's; only these change.</param>
    /// <param name="depths">Halting depths of the output's rows.</param>
    /// <exception cref="UpscalingException">The model failed or gave NaN or infinity, or memory ran out and the tile size is fixed by the options.</exception>
    public void Run(Strip strip, PictureBand input, PictureBand output, HaltingMap depths)
    {
        foreach (var tile in strip.Tiles)
        {
            Run(tile, input, output, depths);
            count.Add();
        }
    }

    /// <summary>Upscales the core of a tile, without halting depths.</summary>
    /// <inheritdoc cref="Run(Strip, PictureBand, PictureBand, HaltingMap)"/>
    public void Run(Tile tile, PictureBand input, PictureBand output) => Run(tile, input, output, null);

    private void Run(Tile tile, PictureBand input, PictureBand output, HaltingMap? depths)
    {
        IReadOnlyList<Tile> halves = model.Description.Pixels.IsFixed ? [tile] : tile.Halves(TilePlan.OverlapOf(options, model.Description), model.Description.SizeMultiple);
        if ((tile.Pixels <= _largest || halves.Count < 2) && TryUpscale(tile, input, output, depths, halves.Count < 2))
            return;
        foreach (var half in halves)
            Run(half, input, output, depths);
    }

    private bool TryUpscale(Tile tile, PictureBand input, PictureBand output, HaltingMap? depths, bool smallest)
    {
        try
        {
            Upscale(tile, input, output, depths);
            return true;
        }
        catch (Exception exception) when (exception is OutOfMemoryException or UpscalingException { OutOfMemory: true })
        {
            if (options.TileSize is not null)
                throw Failed(tile, "The tile size is set by the options and is not changed: set a smaller tile size, or none to choose it automatically.", exception);
            if (smallest)
                throw Failed(tile, "Tiles cannot be smaller; free some memory.", exception);
            _largest = tile.Pixels - 1;
            return false;
        }
    }

    private void Upscale(Tile tile, PictureBand input, PictureBand output, HaltingMap? depths)
    {
        var scale = model.Description.Scale;
        using var memory = new RentedMemory();
        var alpha = input.Picture.Layout.HasAlpha() ? new AlphaTile(input, tile, memory) : null;
        var tensor = memory.Rent<float>(3 * tile.Pixels);
        PixelTensor.Read(input, tile, tensor);
        if (alpha is not null)
            TransparentFill.Fill(tensor, alpha.Plane, tile.Width, tile.Height, memory);
        // A model of four channels takes alpha along; others upscale it as a grey picture.
        var along = alpha is { IsConstant: false } && model.Description.Pixels.Channels == 4;
        using (var upscaled = Infer(along ? alpha!.Plane : default))
        {
            PixelTensor.Write(() => upscaled.Upscaled, output, tile, scale, neutral: PixelTensor.IsNeutral(tensor.Span));
            if (model.Description.Halts && depths is not null)
                CopyDepth(upscaled.HaltingDepth, depths, output.Top / scale, tile);
            if (along && !colorsOnly)
                alpha!.Write(upscaled.Alpha, output, scale, planes: 1);
        }

        if (along || colorsOnly)
            return;
        if (alpha is { IsConstant: false })
        {
            alpha.CopyTo(tensor.Span);
            using var upscaled = Infer(default);
            alpha.Write(upscaled.Upscaled, output, scale);
        }
        else
        {
            alpha?.Write([], output, scale);
        }

        NetworkOutput Infer(ReadOnlyMemory<float> plane) => model.RunInPlace(tensor, 1, tile.Height, tile.Width, options.HaltingThreshold, cancellationToken, plane);
    }

    private static UpscalingException Failed(Tile tile, string advice, Exception exception) =>
        new($"Memory ran out on a tile of {tile.Width}×{tile.Height} pixels. {advice}", exception) { OutOfMemory = true };

    private static void CopyDepth(ReadOnlySpan<float> depth, HaltingMap map, int top, Tile tile)
    {
        for (var y = 0; y < tile.CoreHeight; y++)
        {
            var row = map.WritableRow(tile.CoreY - top + y).Slice(tile.CoreX, tile.CoreWidth);
            var source = depth.Slice((((tile.CoreY - tile.Y + y) * tile.Width) + tile.CoreX) - tile.X, tile.CoreWidth);
            for (var x = 0; x < row.Length; x++)
            {
                row[x] = source[x] >= 0 && source[x] <= map.Blocks
                    ? (byte)source[x]
                    : throw new ModelFormatException($"The model gave a halting depth of {source[x]}, but its metadata promises 0 to {map.Blocks}; its metadata does not match its graph. Export the weights again.");
            }
        }
    }
}
