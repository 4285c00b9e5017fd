using AdaFormer.Imaging;
using BitMiracle.LibJpeg.Classic;

namespace AdaFormer.ImageSharp.Jpeg;

/// <summary>Takes what libjpeg says of a file: errors become exceptions, warnings are passed on.</summary>
internal sealed class JpegMessages : jpeg_error_mgr
{
    private J_MESSAGE_CODE _code;

    /// <summary>Called with each warning.</summary>
    public Action<J_MESSAGE_CODE>? Warned { get; set; }

    /// <exception cref="PictureFormatException">Always.</exception>
    public override void error_exit()
    {
        var message = format_message();
        throw new PictureFormatException(_code switch
        {
            J_MESSAGE_CODE.JERR_SOF_UNSUPPORTED => "The JPEG is lossless or hierarchical, which is not read. Convert it to PNG.",
            J_MESSAGE_CODE.JERR_BAD_PRECISION => "The JPEG does not have 8 bits a sample, which alone are read. Convert it to a PNG of 16 bits.",
            J_MESSAGE_CODE.JERR_NOTIMPL => "The JPEG has arithmetic coding, which is not read. Convert it with jpegtran.",
            _ => $"The JPEG is damaged: {message}. Get the file again.",
        });
    }

    public override void emit_message(int msg_level)
    {
        if (msg_level >= 0)
            return;
        format_message();
        Warned?.Invoke(_code);
    }

    public override void output_message()
    {
    }

    // The code itself is not public.
    protected override string GetMessageText(int code)
    {
        _code = (J_MESSAGE_CODE)code;
        return base.GetMessageText(code);
    }
}
