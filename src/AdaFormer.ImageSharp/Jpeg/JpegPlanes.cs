using AdaFormer.Imaging;
using BitMiracle.LibJpeg.Classic;

namespace AdaFormer.ImageSharp.Jpeg;

/// <summary>
/// The components of a JPEG, decoded by libjpeg one group of blocks after another, at the resolution in which they are stored. libjpeg's
/// port would enlarge them by a larger inverse transform, which leaves edges between blocks.
/// </summary>
internal sealed class JpegPlanes
{
    private const int Block = 8, GroupsHeld = 3, MaximumScans = 100;

    // A block's object and its array of 64 coefficients.
    private const int BytesPerBlock = 184;

    private readonly jpeg_decompress_struct _libjpeg;
    private readonly JpegSource _source;
    private readonly JpegDamage _damage;
    private readonly byte[][][][] _groups;
    private int _decoded;

    /// <summary>Reads the header, and the data too if they come in several scans.</summary>
    /// <param name="file">The JPEG.</param>
    /// <param name="maximumPixels">Larger pictures are rejected before anything is decoded.</param>
    /// <param name="warnings">Collects losses and guesses, at the latest when the last row has been read.</param>
    /// <exception cref="PictureFormatException">It is damaged, of an unsupported kind, or has more pixels than allowed.</exception>
    public JpegPlanes(Stream file, long maximumPixels, ICollection<PictureWarning> warnings)
    {
        file.Position = 0;
        _source = new JpegSource(file);
        var messages = new JpegMessages();
        _libjpeg = new jpeg_decompress_struct(messages) { Src = _source };
        _libjpeg.jpeg_read_header(true);
        (Width, Height, Colors) = (_libjpeg.Image_width, _libjpeg.Image_height, _libjpeg.Jpeg_color_space);
        PixelLimit.Check(Width, Height, maximumPixels);
        if (Colors is not (J_COLOR_SPACE.JCS_GRAYSCALE or J_COLOR_SPACE.JCS_RGB or J_COLOR_SPACE.JCS_YCbCr or J_COLOR_SPACE.JCS_CMYK or J_COLOR_SPACE.JCS_YCCK))
            throw new PictureFormatException($"The JPEG has {_libjpeg.Num_components} colour components of unknown meaning; expected grey, YCbCr, RGB, CMYK or YCCK. Convert it to PNG.");

        var components = _libjpeg.Comp_info.Take(_libjpeg.Num_components).ToArray();
        var (across, down) = (components.Max(component => component.H_samp_factor), components.Max(component => component.V_samp_factor));
        GroupHeight = Block * down;
        Components = [.. components.Select(component => new JpegComponent(this, component.Component_index, new(component.H_samp_factor, across, Width), new(component.V_samp_factor, down, Height)))];
        HoldCoefficients(file.Length);

        _damage = new JpegDamage(_libjpeg, GroupHeight, warnings);
        messages.Warned = _damage.Add;
        var progress = new jpeg_progress_mgr();
        progress.OnProgress += (_, _) =>
        {
            if (_libjpeg.Input_scan_number > MaximumScans)
                throw new PictureFormatException($"The JPEG has more than {MaximumScans} scans, which no program needs. Get the file from a source that you trust.");
        };
        (_libjpeg.Progress, _libjpeg.Raw_data_out, _libjpeg.Do_fancy_upsampling, _libjpeg.Do_block_smoothing) = (progress, true, false, false);
        _libjpeg.jpeg_start_decompress();
        _groups = [.. Enumerable.Range(0, GroupsHeld).Select(_ => components.Select(Group).ToArray())];
    }

    public int Width { get; }

    public int Height { get; }

    /// <summary>What the components are.</summary>
    public J_COLOR_SPACE Colors { get; }

    /// <summary>The components in the file's order.</summary>
    public IReadOnlyList<JpegComponent> Components { get; }

    /// <summary>Memory in bytes of the coefficients, which are held if they come in several scans.</summary>
    public long BytesHeld { get; private set; }

    private int GroupHeight { get; }

    /// <summary>A row of a component; rows before the last group of blocks but one are gone.</summary>
    public ReadOnlySpan<byte> Row(JpegComponent component, int y)
    {
        var height = Block * component.Vertical.Factor;
        var group = y / height;
        for (; _decoded <= group; _decoded++)
        {
            if (_libjpeg.jpeg_read_raw_data(_groups[_decoded % GroupsHeld], GroupHeight) != GroupHeight)
                throw new PictureFormatException("The JPEG has blocks of another size than 8×8, which is not read. Convert it to PNG.");
        }

        return _groups[group % GroupsHeld][component.Index][y % height];
    }

    /// <summary>Reads on to the end mark, after the last row.</summary>
    public void Finish()
    {
        _libjpeg.jpeg_finish_decompress();
        if (_source.HasEnded)
            _damage.AddEnd();
    }

    private static byte[][] Group(jpeg_component_info component)
    {
        var blocks = (component.Width_in_blocks + component.H_samp_factor - 1) / component.H_samp_factor * component.H_samp_factor;
        return jpeg_common_struct.AllocJpegSamples(Block * blocks, Block * component.V_samp_factor);
    }

    private void HoldCoefficients(long length)
    {
        if (!_libjpeg.jpeg_has_multiple_scans())
            return;
        var blocks = Components.Sum(component => (long)component.Horizontal.Blocks(Block) * component.Vertical.Blocks(Block));
        // A Huffman code has at least one bit.
        if (blocks > 8 * length)
            throw new PictureFormatException($"The JPEG's data end before its picture does: its {length} bytes cannot hold {Width}×{Height} pixels. Get the file again.");
        BytesHeld = blocks * BytesPerBlock;
    }
}

/// <summary>A component of a JPEG.</summary>
/// <param name="Planes">Where its rows are.</param>
/// <param name="Index">Its number in the file.</param>
/// <param name="Horizontal">How it is sampled along a row.</param>
/// <param name="Vertical">How it is sampled along a column.</param>
internal sealed record JpegComponent(JpegPlanes Planes, int Index, JpegSampling Horizontal, JpegSampling Vertical)
{
    /// <summary>A row of its samples; those beyond its edges repeat the row there.</summary>
    public ReadOnlySpan<byte> Row(int y) => Planes.Row(this, Math.Clamp(y, 0, Vertical.Length - 1))[..Horizontal.Length];
}

/// <summary>How a component is sampled in one direction (ITU-T T.81, A.1.1).</summary>
/// <param name="Factor">Its sampling factor, 1 to 4.</param>
/// <param name="Maximum">The largest one of all components.</param>
/// <param name="Pixels">The picture's size.</param>
internal readonly record struct JpegSampling(int Factor, int Maximum, int Pixels)
{
    /// <summary>The number of samples.</summary>
    public int Length => ((Pixels * Factor) + Maximum - 1) / Maximum;

    /// <summary>Whether there is a sample for each pixel.</summary>
    public bool IsFull => Factor == Maximum;

    /// <summary>Whether there is a sample for two pixels.</summary>
    public bool IsHalf => 2 * Factor == Maximum;

    /// <summary>The number of blocks, padded to whole groups.</summary>
    public int Blocks(int side) => (Pixels + (Maximum * side) - 1) / (Maximum * side) * Factor;
}
