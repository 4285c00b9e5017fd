using AdaFormer.Export;
using AdaFormer.Imaging;
using AdaFormer.Tests;
using AdaFormer.Training.Architectures.AdaFormer;
using AdaFormer.Training.Configuration;
using AdaFormer.Training.Data;
using static TorchSharp.torch;

namespace AdaFormer.Training.Tests.Data;

[TestClass]
public sealed class TeacherModelTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly PicturePair[] _pairs = [PicturePair.From(Pictures.Scene(47, 38, 0), 2), PicturePair.From(Pictures.Scene(33, 54, 1), 2)];
    private readonly TeacherModel _teacher = TeacherModel.Of(Configuration("tiny-x2"))!;

    private string Kept => _folder.File("teacher");

    private string[] Files => Directory.GetFiles(Kept).Order(StringComparer.Ordinal).ToArray();

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    public void PicturesAreWhatTheModelMakesOfTheReductions()
    {
        var done = new List<int>();
        var taught = _teacher.Teach(_pairs, Kept, done.Add, CancellationToken.None);
        using var model = UpscalingModel.LoadByName("tiny-x2", new ModelOptions { Threads = 1 });
        for (var i = 0; i < taught.Length; i++)
        {
            Assert.AreSame(_pairs[i].High, taught[i].High);
            Assert.AreSame(_pairs[i].Low, taught[i].Low);
            AssertSame(new Upscaler(model).Upscale(_pairs[i].Low).Picture, taught[i].Teacher!);
        }

        CollectionAssert.AreEqual(new[] { 1, 2 }, done);
        Assert.HasCount(2, Files);
    }

    [TestMethod]
    public void KeptPicturesAreUsedAndDamagedOnesMadeAgain()
    {
        var first = _teacher.Teach(_pairs, Kept, null, CancellationToken.None);
        var (files, bytes) = (Files, Files.Select(File.ReadAllBytes).ToArray());
        foreach (var (damaged, i) in new[] { bytes[0][..^20], bytes[0][..50], [], bytes[1] }.Select((damaged, i) => (damaged, i)))
        {
            File.WriteAllBytes(files[0], damaged);
            var again = _teacher.Teach(_pairs, Kept, null, CancellationToken.None);
            CollectionAssert.AreEqual(bytes[0], File.ReadAllBytes(files[0]), $"{i}");
            foreach (var (expected, actual) in first.Zip(again))
                AssertSame(expected.Teacher!, actual.Teacher!);
        }

        // Only a file that is read shows another picture.
        var other = Pictures.Noise(first[0].High.Width, first[0].High.Height, 3);
        foreach (var file in files)
            Pictures.Save(other, file);
        AssertSame(other, _teacher.Teach(_pairs[..1], Kept, null, CancellationToken.None)[0].Teacher!);
    }

    [TestMethod]
    public void ACancelledRunKeepsWhatItMade()
    {
        using var source = new CancellationTokenSource();
        Assert.ThrowsExactly<OperationCanceledException>(() => _teacher.Teach(_pairs, Kept, _ => source.Cancel(), source.Token));
        var made = Files.Single();
        var written = File.GetLastWriteTimeUtc(made);
        _teacher.Teach(_pairs, Kept, null, CancellationToken.None);
        Assert.HasCount(2, Files);
        Assert.AreEqual(written, File.GetLastWriteTimeUtc(made), "Not made twice.");
    }

    [TestMethod]
    public void AnotherModelHasOtherPicturesInTheSameFolder()
    {
        using (var network = new AdaFormerNetwork(AdaFormerConfiguration.Preset("tiny", 2, ImageSkip.None)))
        using (var weights = new MemoryStream())
        {
            NetworkWeights.Save(network).Write(weights);
            File.WriteAllBytes(_folder.File("other.onnx"), OnnxExporter.Export(weights.ToArray()));
        }

        var mine = _teacher.Teach(_pairs[..1], Kept, null, CancellationToken.None)[0].Teacher!;
        var other = TeacherModel.Of(Configuration(_folder.File("other.onnx")))!;
        Assert.AreNotEqual(_teacher.Sha256, other.Sha256);
        var theirs = other.Teach(_pairs[..1], Kept, null, CancellationToken.None)[0].Teacher!;
        Assert.IsFalse(PictureTensor.From(mine).SameAs(PictureTensor.From(theirs)));
        Assert.HasCount(2, Files);
    }

    [TestMethod]
    public void AModelOfAnotherScaleAndNoModelAreNamed()
    {
        var wrong = Assert.ThrowsExactly<TrainingConfigurationException>(() => TeacherModel.Of(Configuration("tiny-x4"))).Message;
        Assert.Contains("teacher is 'tiny-x4'", wrong);
        Assert.Contains("4 times larger; expected 2 times", wrong);
        Assert.Contains("nowhere", Assert.ThrowsExactly<FileNotFoundException>(() => TeacherModel.Of(Configuration("nowhere"))).Message);
        File.WriteAllText(_folder.File("no.onnx"), "no model");
        Assert.ThrowsExactly<ModelFormatException>(() => TeacherModel.Of(Configuration(_folder.File("no.onnx"))));
    }

    [TestMethod]
    public void WithoutATeacherThereIsNone() => Assert.IsNull(TeacherModel.Of(new TrainingConfiguration()));

    private static TrainingConfiguration Configuration(string teacher) => new() { Scale = 2, Teacher = teacher, Threads = 1 };

    private static void AssertSame(Picture expected, Picture actual) => Assert.IsTrue(PictureTensor.From(expected).SameAs(PictureTensor.From(actual)));
}
