using System.Runtime.CompilerServices;
using MnistCnn.Course;
using Xunit;

namespace MnistCnn.Tests.Course;

/// <summary>Answers that students give, right ones and wrong ones, each with what a check should say of it.</summary>
internal sealed class AnswerTable
{
    private readonly Dictionary<string, (Func<CheckResult> Check, string Message, string? Hint)> _answers = [];

    /// <summary>The sources of the right answers.</summary>
    public TheoryData<string> Rights => [.. _answers.Where(answer => answer.Value.Hint is null).Select(answer => answer.Key)];

    /// <summary>The sources of the wrong answers.</summary>
    public TheoryData<string> Wrongs => [.. _answers.Where(answer => answer.Value.Hint is not null).Select(answer => answer.Key)];

    /// <summary>Adds a right answer.</summary>
    public AnswerTable Right(
        Func<CheckResult> check, string message = "", [CallerArgumentExpression(nameof(check))] string source = "")
    {
        _answers.Add(source, (check, message, null));
        return this;
    }

    /// <summary>Adds a wrong answer with what should be in the message and in the hint.</summary>
    public AnswerTable Wrong(
        Func<CheckResult> check, string message, string hint, [CallerArgumentExpression(nameof(check))] string source = "")
    {
        _answers.Add(source, (check, message, hint));
        return this;
    }

    /// <summary>Tries an answer.</summary>
    public void Try(string source)
    {
        (Func<CheckResult> check, string message, string? hint) = _answers[source];
        CheckResult result = check();
        if (hint is null)
        {
            Answers.Passes(result);
            Assert.Contains(message, result.Message, StringComparison.Ordinal);
        }
        else
        {
            Answers.Fails(result, message, hint);
        }
    }
}
