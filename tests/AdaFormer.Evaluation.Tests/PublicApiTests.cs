using AdaFormer.Tests;

namespace AdaFormer.Evaluation.Tests;

[TestClass]
public class PublicApiTests
{
    [TestMethod]
    public void ApiEqualsItsBaseline() => PublicApi.AssertUnchanged(typeof(Evaluator).Assembly);
}
