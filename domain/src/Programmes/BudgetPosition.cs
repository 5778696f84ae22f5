namespace GrantPortal.Domain.Programmes;

/// <summary>Where a programme year stands against its budget (要綱 §15-1), yen.</summary>
/// <param name="Committed">Sum of grants decided.</param>
/// <param name="Open">Amounts applied for in received, reviewing, awaiting-decision and returned.</param>
public readonly record struct BudgetPosition(Yen Committed, Yen Open)
{
    /// <summary>Committed plus amounts still applied for.</summary>
    public Yen Pledged => Committed + Open;

    /// <summary>Intake closes when pledged reaches the budget and reopens when it falls below.</summary>
    public bool IntakeOpen(Yen? budget) => budget is not { } limit || Pledged < limit;

    /// <summary>Whether granting <paramref name="amount"/> keeps committed within the budget.</summary>
    public bool Allows(Yen amount, Yen? budget) => budget is not { } limit || Committed + amount <= limit;
}
