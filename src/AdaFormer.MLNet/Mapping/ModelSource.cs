namespace AdaFormer.MLNet.Mapping;

/// <summary>Finds models by name.</summary>
internal static class ModelSource
{
    /// <summary>The bytes of the built-in model of this name, or of the file at this path.</summary>
    /// <exception cref="FileNotFoundException">It is neither.</exception>
    public static byte[] Read(string nameOrPath)
    {
        if (nameOrPath == BuiltInModel.Name)
            return BuiltInModel.Read();
        return File.Exists(nameOrPath)
            ? File.ReadAllBytes(nameOrPath)
            : throw new FileNotFoundException($"'{nameOrPath}' is neither a built-in model nor a file. Built in: {BuiltInModel.Name}.", nameOrPath);
    }
}
