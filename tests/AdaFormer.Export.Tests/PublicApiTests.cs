using AdaFormer.Tests;

namespace AdaFormer.Export.Tests;

[TestClass]
public class PublicApiTests
{
    [TestMethod]
    public void ApiEqualsItsBaseline() => PublicApi.AssertUnchanged(typeof(OnnxExporter).Assembly);
}
