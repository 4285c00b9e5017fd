using Microsoft.ML;
using Microsoft.ML.Transforms;

namespace AdaFormer.MLNet.Mapping;

/// <summary>
/// Carries a known image size through a saved pipeline to <see cref="ImageTypes"/>. It is needed before rows are bound, so it cannot be
/// in the configuration, which is a row's value; a custom mapping being loaded gets only its contract's name. So the size is a sequence
/// of mappings that map nothing, one for each binary digit of width and height, loaded in order on one thread.
/// </summary>
internal static class SavedSize
{
    [ThreadStatic]
    private static int _number;

    [ThreadStatic]
    private static int _width;

    /// <summary>The mappings whose loading registers images of this size.</summary>
    public static IEnumerable<IEstimator<ITransformer>> Write(TransformsCatalog catalog, int width, int height)
    {
        foreach (var number in (int[])[width, height])
        {
            foreach (var digit in Convert.ToString(number, 2))
                yield return Nothing(digit == '1' ? Contract.SizeBit1 : Contract.SizeBit0);
            yield return Nothing(Contract.SizeEnd);
        }

        CustomMappingEstimator<NoColumns, NoColumns> Nothing(string contract) => catalog.CustomMapping<NoColumns, NoColumns>(MapNothing, contract);
    }

    internal static void MapNothing(NoColumns input, NoColumns output)
    {
    }

    /// <summary>Discards what a failed load may have left on this thread.</summary>
    internal static void Begin() => (_number, _width) = (0, 0);

    internal static void ReadDigit(int digit) => _number = (2 * _number) + digit;

    internal static void ReadEnd()
    {
        var number = _number;
        _number = 0;
        if (_width == 0)
        {
            _width = number;
            return;
        }

        ImageTypes.Register(_width, number);
        _width = 0;
    }
}

/// <summary>A binary digit.</summary>
[CustomMappingFactoryAttribute(Contract.SizeBit0)]
internal sealed class SizeBit0Factory : CustomMappingFactory<NoColumns, NoColumns>
{
    public override Action<NoColumns, NoColumns> GetMapping()
    {
        SavedSize.ReadDigit(0);
        return SavedSize.MapNothing;
    }
}

/// <summary>A binary digit.</summary>
[CustomMappingFactoryAttribute(Contract.SizeBit1)]
internal sealed class SizeBit1Factory : CustomMappingFactory<NoColumns, NoColumns>
{
    public override Action<NoColumns, NoColumns> GetMapping()
    {
        SavedSize.ReadDigit(1);
        return SavedSize.MapNothing;
    }
}

/// <summary>Marks the end of the width, then of the height.</summary>
[CustomMappingFactoryAttribute(Contract.SizeEnd)]
internal sealed class SizeEndFactory : CustomMappingFactory<NoColumns, NoColumns>
{
    public override Action<NoColumns, NoColumns> GetMapping()
    {
        SavedSize.ReadEnd();
        return SavedSize.MapNothing;
    }
}
