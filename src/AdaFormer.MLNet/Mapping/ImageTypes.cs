using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace AdaFormer.MLNet.Mapping;

/// <summary>
/// Registers image types with ML.NET: a custom mapping, and a typed row, can only be bound to a column whose type is registered, and
/// nothing registers the types that ResizeImages and similar transforms create.
/// </summary>
internal static class ImageTypes
{
    private const int LargestScale = 8;

    /// <summary>Images of unknown size, as a property without an attribute.</summary>
    public static void RegisterUnsized() => DataViewTypeManager.Register(new ImageDataViewType(), typeof(MLImage));

    /// <summary>Images of a known size, as ImageTypeAttribute would register them, and those that they can become.</summary>
    public static void Register(int width, int height)
    {
        for (var scale = 1; scale <= LargestScale; scale++)
        {
            if ((long)width * height * scale * scale <= int.MaxValue / 4)
                DataViewTypeManager.Register(new ImageDataViewType(height * scale, width * scale), typeof(MLImage), new ImageTypeAttribute(height * scale, width * scale));
        }
    }
}
