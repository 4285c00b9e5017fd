using System.Security.Cryptography;
using AdaFormer.IO;

namespace AdaFormer;

/// <summary>
/// A folder of models with a manifest that pins each file by length and SHA-256. A file that differs from the manifest is never loaded
/// and never kept.
/// </summary>
public sealed class ModelLibrary
{
    /// <summary>The environment variable that names the default folder.</summary>
    public const string FolderVariable = "ADAFORMER_MODELS";

    private readonly string _manifest;

    /// <summary>Opens a library in a folder, which need not exist yet.</summary>
    public ModelLibrary(string folder)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        Folder = Path.GetFullPath(folder);
        _manifest = Path.Combine(Folder, ModelManifest.FileName);
    }

    /// <summary>The library in the folder given by <see cref="FolderVariable"/>, else in the user's application data folder.</summary>
    public static ModelLibrary Default => new(Environment.GetEnvironmentVariable(FolderVariable) is { Length: > 0 } folder
        ? folder
        : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify), "adaformer", "models"));

    /// <summary>The folder.</summary>
    public string Folder { get; }

    /// <summary>The models in the library; empty without a manifest.</summary>
    /// <exception cref="ModelFormatException">The manifest is damaged, or lists files outside the folder or without a hash or licence.</exception>
    public IReadOnlyList<ModelEntry> List() => File.Exists(_manifest) ? ModelManifest.Parse(File.ReadAllBytes(_manifest), _manifest) : [];

    /// <summary>Reads the bytes of a model: a built-in one, a file at a path, or the library's model of that name.</summary>
    /// <exception cref="FileNotFoundException">It is none of these.</exception>
    /// <exception cref="ModelFormatException">The library's file does not match its manifest.</exception>
    public byte[] Read(string nameOrPath)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(nameOrPath);
        if (BuiltInModel.Names.Contains(nameOrPath))
            return BuiltInModel.Read(nameOrPath);
        if (File.Exists(nameOrPath))
            return File.ReadAllBytes(nameOrPath);
        return List().FirstOrDefault(entry => entry.Name == nameOrPath) is { } model
            ? Read(model.Onnx)
            : throw new FileNotFoundException($"'{nameOrPath}' is neither a built-in model nor a file, nor the name of a model in '{Folder}'. Built in: {string.Join(", ", BuiltInModel.Names)}.", nameOrPath);
    }

    /// <summary>Reads the bytes of a file of the library.</summary>
    /// <exception cref="FileNotFoundException">The file does not exist.</exception>
    /// <exception cref="ModelFormatException">The file does not match the manifest.</exception>
    public byte[] Read(ModelFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        var path = PathOf(file);
        if (!File.Exists(path))
            throw new FileNotFoundException($"'{path}' is missing; pull the model again.", path);
        // Length first, so that never more than that is read.
        var length = new FileInfo(path).Length;
        var bytes = length == file.Bytes ? File.ReadAllBytes(path) : [];
        return length == file.Bytes ? Pinned(bytes, file, path) : throw Wrong(path, $"{length} bytes", $"{file.Bytes}");
    }

    /// <summary>Copies models from a folder or the web, except files that are already here.</summary>
    /// <param name="origin">A folder or an address with a manifest.</param>
    /// <param name="names">Which models; empty for all.</param>
    /// <param name="offline">Never accesses the web: models from a web address must already be here.</param>
    /// <param name="cancellationToken">Stops; complete files stay.</param>
    /// <returns>The models, all of them now in the library.</returns>
    /// <exception cref="IOException">A file could not be downloaded or written.</exception>
    /// <exception cref="ModelFormatException">The manifest is damaged or has no such model, or a file does not match it.</exception>
    public IReadOnlyList<ModelEntry> Pull(string origin, IReadOnlyCollection<string> names, bool offline = false, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(names);
        if (offline && ModelOrigin.IsWeb(origin))
            return FindHere(origin, names);
        using var source = new ModelOrigin(origin);
        var offered = ModelManifest.Parse(source.Read(ModelManifest.FileName, ModelManifest.MaximumLength, cancellationToken), origin);
        if (names.FirstOrDefault(name => offered.All(model => model.Name != name)) is { } missing)
            throw new ModelFormatException($"'{origin}' has no model '{missing}'; it has {string.Join(", ", offered.Select(model => model.Name))}.");
        var pulled = offered.Where(model => names.Count == 0 || names.Contains(model.Name)).ToArray();
        foreach (var model in pulled)
        {
            foreach (var file in model.Files)
                Pull(source, file, cancellationToken);
            Enter(model);
        }

        return pulled;
    }

    /// <summary>Adds a model whose files are in the folder to the manifest, replacing one of the same name.</summary>
    /// <exception cref="IOException">The manifest cannot be written.</exception>
    /// <exception cref="ModelFormatException">The existing manifest is damaged.</exception>
    public void Enter(ModelEntry model)
    {
        ArgumentNullException.ThrowIfNull(model);
        Directory.CreateDirectory(Folder);
        var models = List().Where(other => !other.Name.Equals(model.Name, StringComparison.OrdinalIgnoreCase)).Append(model);
        AtomicFile.Write(_manifest, overwrite: true, stream => stream.Write(ModelManifest.Write(models)));
    }

    private ModelEntry[] FindHere(string origin, IReadOnlyCollection<string> names)
    {
        if (names.Count == 0)
            throw new IOException($"The models of '{origin}' cannot be listed offline; name the models to use.");
        var models = List();
        var found = names.Select(name => models.FirstOrDefault(model => model.Name == name) ?? throw new IOException($"The model '{name}' is not in '{Folder}' and cannot be downloaded offline.")).ToArray();
        foreach (var file in found.SelectMany(model => model.Files))
            Read(file);
        return found;
    }

    private void Pull(ModelOrigin source, ModelFile file, CancellationToken cancellationToken)
    {
        var target = PathOf(file);
        if (File.Exists(target) && new FileInfo(target).Length == file.Bytes && HashOf(File.ReadAllBytes(target)) == file.Sha256)
            return;
        var bytes = Pinned(source.Read(file.Path, file.Bytes, cancellationToken), file, file.Path);
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        AtomicFile.Write(target, overwrite: true, stream => stream.Write(bytes));
    }

    // Entries from manifests are validated, but a ModelFile can be constructed by anyone, and a link can lie in the way.
    private string PathOf(ModelFile file)
    {
        var path = AtomicFile.TargetOf(Path.Combine(Folder, file.Path));
        return path.StartsWith(Folder + Path.DirectorySeparatorChar, StringComparison.Ordinal)
            ? path
            : throw new ModelFormatException($"'{file.Path}' leads out of the model folder '{Folder}'; it was refused.");
    }

    private static byte[] Pinned(byte[] bytes, ModelFile file, string name)
    {
        if (bytes.Length != file.Bytes)
            throw Wrong(name, $"{bytes.Length} bytes", $"{file.Bytes}");
        var hash = HashOf(bytes);
        return hash == file.Sha256 ? bytes : throw Wrong(name, $"SHA-256 {hash}", file.Sha256);
    }

    private static ModelFormatException Wrong(string name, string has, string expected) =>
        new($"'{name}' has {has}, its manifest says {expected}; it was refused. Pull the model again, or get a correct manifest.");

    private static string HashOf(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
