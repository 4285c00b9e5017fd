using AdaFormer.Tests;

namespace AdaFormer.Training.Tests;

[TestClass]
public class PublicApiTests
{
    [TestMethod]
    public void ApiEqualsItsBaseline() => PublicApi.AssertUnchanged(typeof(Trainer).Assembly);
}
