using GrantPortal.Domain.Applications;

namespace GrantPortal.Web.Features.Applications;

/// <summary>The five steps of an application.</summary>
public enum Step
{
    Office,
    Amount,
    Account,
    Documents,
    Confirm,
}

/// <summary>What a step's page posts: its answers, and which state of the working copy the page was made from.</summary>
public sealed record StepForm
{
    public OfficeAnswers? Office { get; init; }
    public AmountAnswers? Amount { get; init; }
    public AccountAnswers? Account { get; init; }
    public ReceiptsAnswers? Receipts { get; init; }

    /// <summary>The step's revision the page was made from.</summary>
    public int Revision { get; init; }

    /// <summary>The page's own id: its repeat after a lost answer is no conflict, and its uploads are recognised.</summary>
    public Guid Editor { get; init; }

    /// <summary>Which button: <c>next</c>, <c>back</c>, <c>save</c>, <c>autosave</c>, <c>lookup</c>.</summary>
    public string? Act { get; init; }

    /// <summary>④: the document to remove.</summary>
    public Guid? Remove { get; init; }

    /// <summary>The stored answers with this step's posted ones in place.</summary>
    public ApplicationAnswers Put(Step step, ApplicationAnswers stored) => step switch
    {
        Step.Office => stored with { Office = Office ?? stored.Office },
        Step.Amount => stored with { Amount = Amount ?? stored.Amount },
        Step.Account => stored with { Account = Account ?? stored.Account },
        Step.Documents => stored with { Receipts = Receipts ?? stored.Receipts },
        _ => stored,
    };
}

public static class Steps
{
    public static Section SectionOf(Step step) => step switch
    {
        Step.Office => Section.Office,
        Step.Amount => Section.Amount,
        Step.Account => Section.Account,
        _ => Section.Receipts,
    };

    /// <summary>As in the address.</summary>
    public static string Path(Step step) => Data.Codes.Of(step);

    public static string Address(Guid id, Step step) => $"/applications/{id}/{Path(step)}";

    /// <summary>The page a field stands on, for errors found at the end.</summary>
    public static Step Of(string field) => field.Split('.')[0] switch
    {
        "Office" => Step.Office,
        "Amount" => Step.Amount,
        "Account" => Step.Account,
        _ => Step.Documents,
    };
}
