using System.Net;
using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace AdaFormer.Tests;

[TestClass]
public sealed class ModelLibraryTests : IDisposable
{
    private readonly TemporaryFolder _origin = new();
    private readonly TemporaryFolder _folder = new();

    public void Dispose()
    {
        _origin.Dispose();
        _folder.Dispose();
    }

    [TestMethod]
    public void APulledModelIsFoundByItsName()
    {
        Offer("small", "small/small.onnx", BuiltInModel.Read());
        var library = new ModelLibrary(_folder.File("models"));
        Assert.IsEmpty(library.List());

        var pulled = library.Pull(_origin.FullName, []);

        Assert.AreEqual(("small", "MIT", 4), (pulled.Single().Name, pulled.Single().License, pulled.Single().Scale));
        CollectionAssert.AreEqual(BuiltInModel.Read(), library.Read("small"));
        CollectionAssert.AreEqual(BuiltInModel.Read(), new ModelLibrary(library.Folder).Read("small"));
        Assert.Contains("nothing", Assert.ThrowsExactly<FileNotFoundException>(() => library.Read("nothing")).Message);
        Assert.Contains("'nothing'", Assert.ThrowsExactly<ModelFormatException>(() => library.Pull(_origin.FullName, ["nothing"])).Message);
    }

    [TestMethod]
    public void TheRepositorysModelsAreALibrary()
    {
        var library = new ModelLibrary(Path.Combine(TestData.Repository, "models"));

        foreach (var model in library.List())
        {
            var description = ModelDescription.Read(library.Read(model.Name), model.Name);
            Assert.AreEqual((model.Architecture, model.Scale, model.License), (description.Architecture, description.Scale, description.License));
            Assert.AreEqual(model.Precision, description.Metadata.GetValueOrDefault("precision", "fp32"), model.Name);
        }

        CollectionAssert.IsSubsetOf(new[] { "tiny-x4", "tiny-x4-fp16", "tiny-x4-int8" }, library.List().Select(model => model.Name).ToArray());
    }

    [TestMethod]
    public void R10_AWrongFileIsNeitherKeptNorLoaded()
    {
        Offer("small", "small.onnx", [1, 2, 3]);
        var library = new ModelLibrary(_folder.FullName);
        foreach (var wrong in new byte[][] { [1, 2, 4], [1, 2], [1, 2, 3, 4], "<html>404</html>"u8.ToArray() })
        {
            File.WriteAllBytes(_origin.File("small.onnx"), wrong);
            Assert.Throws<Exception>(() => library.Pull(_origin.FullName, []));
            Assert.IsEmpty(_folder.Files());
        }

        File.WriteAllBytes(_origin.File("small.onnx"), [1, 2, 3]);
        library.Pull(_origin.FullName, []);
        foreach (var wrong in new byte[][] { [1, 2, 4], [1, 2], [1, 2, 3, 4] })
        {
            File.WriteAllBytes(_folder.File("small.onnx"), wrong);
            Assert.Contains("manifest says", Assert.ThrowsExactly<ModelFormatException>(() => library.Read("small")).Message);
        }

        library.Pull(_origin.FullName, []);
        CollectionAssert.AreEqual(new byte[] { 1, 2, 3 }, library.Read("small"));
    }

    [TestMethod]
    [DataRow("../outside.onnx")]
    [DataRow("a/../../outside.onnx")]
    [DataRow("/tmp/outside.onnx")]
    [DataRow("a\\outside.onnx")]
    [DataRow("C:outside.onnx")]
    [DataRow("./a.onnx")]
    [DataRow("a//b.onnx")]
    [DataRow("con.onnx")]
    [DataRow(".hidden.onnx")]
    public void R9_NamesOfAManifestCannotLeaveTheFolder(string path)
    {
        Offer("small", "small.onnx", [1, 2, 3]);
        Change(model => model["files"]![0]!["path"] = path);

        Assert.Contains(path, Assert.ThrowsExactly<ModelFormatException>(() => new ModelLibrary(_folder.FullName).Pull(_origin.FullName, [])).Message);
        Assert.Contains("leads out", Assert.ThrowsExactly<ModelFormatException>(() => new ModelLibrary(_folder.FullName).Read(new ModelFile("../x.onnx", 1, ""))).Message);
        Assert.IsEmpty(_folder.Files());
    }

    [TestMethod]
    [DataRow("name", "../small")]
    [DataRow("name", "")]
    [DataRow("license", " ")]
    [DataRow("license", null)]
    public void R10_AnEntryWithoutProperNameOrLicenceIsRefused(string key, string? value)
    {
        Offer("small", "small.onnx", [1, 2, 3]);
        Change(model => model[key] = value);

        Assert.ThrowsExactly<ModelFormatException>(() => new ModelLibrary(_folder.FullName).Pull(_origin.FullName, []));
    }

    [TestMethod]
    [DataRow("sha256", "abc")]
    [DataRow("bytes", "0")]
    [DataRow("bytes", "99999999999999")]
    public void R10_AFileWithoutProperPinIsRefused(string key, string value)
    {
        Offer("small", "small.onnx", [1, 2, 3]);
        Change(model => model["files"]![0]![key] = key == "bytes" ? long.Parse(value, System.Globalization.CultureInfo.InvariantCulture) : value);

        Assert.ThrowsExactly<ModelFormatException>(() => new ModelLibrary(_folder.FullName).Pull(_origin.FullName, []));
    }

    [TestMethod]
    public void FromTheWebOnlyWhatIsPinnedIsKept()
    {
        Offer("small", "small.onnx", [1, 2, 3]);
        using var listener = new HttpListener();
        var address = $"http://localhost:{FreePort()}/zoo";
        listener.Prefixes.Add(address + "/");
        listener.Start();
        var page = false;
        _ = Task.Run(async () =>
        {
            while (listener.IsListening)
            {
                var context = await listener.GetContextAsync();
                var name = Path.GetFileName(context.Request.Url!.LocalPath);
                // A page in place of the file, as some servers send it, and with the status of success.
                var bytes = page && name != "manifest.json" ? "<html>not found</html>"u8.ToArray() : File.ReadAllBytes(_origin.File(name));
                context.Response.OutputStream.Write(bytes);
                context.Response.Close();
            }
        });
        var library = new ModelLibrary(_folder.FullName);

        page = true;
        Assert.ThrowsExactly<IOException>(() => library.Pull(address, []));
        Assert.IsEmpty(_folder.Files());
        Assert.ThrowsExactly<IOException>(() => library.Pull(address, ["small"], offline: true));
        page = false;
        library.Pull(address + "/manifest.json", ["small"]);
        CollectionAssert.AreEqual(new byte[] { 1, 2, 3 }, library.Read("small"));
        listener.Stop();
        Assert.ThrowsExactly<IOException>(() => library.Pull(address, []));
        Assert.AreEqual("small", library.Pull(address, ["small"], offline: true).Single().Name);
        Assert.Contains("name the models", Assert.ThrowsExactly<IOException>(() => library.Pull(address, [], offline: true)).Message);
    }

    private void Offer(string name, string path, byte[] bytes)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_origin.File(path))!);
        File.WriteAllBytes(_origin.File(path), bytes);
        var file = new JsonObject { ["path"] = path, ["bytes"] = bytes.Length, ["sha256"] = Convert.ToHexStringLower(SHA256.HashData(bytes)) };
        var model = new JsonObject { ["name"] = name, ["architecture"] = "adaformer", ["scale"] = 4, ["license"] = "MIT", ["files"] = new JsonArray(file) };
        File.WriteAllText(_origin.File("manifest.json"), new JsonObject { ["models"] = new JsonArray(model) }.ToJsonString());
    }

    private void Change(Action<JsonNode> change)
    {
        var manifest = JsonNode.Parse(File.ReadAllText(_origin.File("manifest.json")))!;
        change(manifest["models"]![0]!);
        File.WriteAllText(_origin.File("manifest.json"), manifest.ToJsonString());
    }

    private static int FreePort()
    {
        using var listener = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
