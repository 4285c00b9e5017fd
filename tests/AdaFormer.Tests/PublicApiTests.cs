namespace AdaFormer.Tests;

[TestClass]
public class PublicApiTests
{
    [TestMethod]
    public void ApiEqualsItsBaseline() => PublicApi.AssertUnchanged(typeof(Upscaler).Assembly);
}
