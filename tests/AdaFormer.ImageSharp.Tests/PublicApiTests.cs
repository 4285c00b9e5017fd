using AdaFormer.Tests;

namespace AdaFormer.ImageSharp.Tests;

[TestClass]
public class PublicApiTests
{
    [TestMethod]
    public void ApiEqualsItsBaseline() => PublicApi.AssertUnchanged(typeof(ImageSharpDecoder).Assembly);
}
