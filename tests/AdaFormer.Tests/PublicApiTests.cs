using AdaFormer.Evaluation;

namespace AdaFormer.Tests;

[TestClass]
public class PublicApiTests
{
    [TestMethod]
    public void ApiEqualsItsBaseline() => PublicApi.AssertUnchanged(typeof(Upscaler).Assembly);

    [TestMethod]
    public void TheEvaluationsApiEqualsItsBaseline() => PublicApi.AssertUnchanged(typeof(Evaluator).Assembly);
}
