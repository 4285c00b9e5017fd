namespace AdaFormer.Notebooks;

/// <summary>Writes values of a type for a notebook, in the shape that .NET Interactive asks for.</summary>
internal sealed class TypeFormatter<T>(string mimeType, Func<T, string> format)
{
    public string MimeType => mimeType;

    public bool Format(object instance, TextWriter writer)
    {
        if (instance is not T value)
            return false;
        writer.Write(format(value));
        return true;
    }
}
