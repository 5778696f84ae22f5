using GrantPortal.Domain.Accounts;

namespace GrantPortal.Domain.Applications;

/// <summary>Steps whose answers are saved separately, so two people on different steps never collide.</summary>
public enum Section
{
    /// <summary>① 事業所 / 医療機関</summary>
    Office,

    /// <summary>② 金額</summary>
    Amount,

    /// <summary>③ 口座</summary>
    Account,

    /// <summary>④ 書類: dates, issuers and amounts of the receipts (the files are documents)</summary>
    Receipts,
}

/// <summary>Everything typed into an application, exactly as typed: a draft keeps it even where it is wrong.</summary>
public sealed record ApplicationAnswers
{
    public OfficeAnswers Office { get; init; } = new();
    public AmountAnswers Amount { get; init; } = new();
    public AccountAnswers Account { get; init; } = new();
    public ReceiptsAnswers Receipts { get; init; } = new();
}

public sealed record OfficeAnswers
{
    public string? Number { get; init; }
    public string? Name { get; init; }
    public string? Address { get; init; }
    public string? Phone { get; init; }
    public string? ContactName { get; init; }

    /// <summary>Care: ticked service codes. A list from the start, because forms are bound into it.</summary>
    public IReadOnlyList<string> Services { get; init; } = new List<string>();

    /// <summary>Medical: <c>hospital</c> or <c>clinic</c>.</summary>
    public string? Kind { get; init; }

    /// <summary>Medical: 病床数.</summary>
    public string? Beds { get; init; }

    public bool Equals(OfficeAnswers? other) =>
        other is not null && (Number, Name, Address, Phone, ContactName, Kind, Beds) == (other.Number, other.Name, other.Address, other.Phone, other.ContactName, other.Kind, other.Beds)
        && Services.SequenceEqual(other.Services, StringComparer.Ordinal);

    public override int GetHashCode() => HashCode.Combine(Number, Name, Address, Phone, ContactName, Kind, Beds);
}

public sealed record AmountAnswers
{
    public string? Readers { get; init; }
    public string? ReaderCost { get; init; }
    public string? SupportCost { get; init; }

    /// <summary>Medical: 対象経費.</summary>
    public string? Cost { get; init; }
    public string? Donation { get; init; }
    public string? OtherIncome { get; init; }
    public bool CompatibleReaders { get; init; }
    public bool NoExcludedGoods { get; init; }
    public string? CompletedOn { get; init; }
    public string? Note { get; init; }
}

public sealed record AccountAnswers
{
    /// <summary><c>bank</c> or <c>yucho</c>.</summary>
    public string? Institution { get; init; } = "bank";
    public string? BankCode { get; init; }
    public string? BranchCode { get; init; }

    /// <summary><c>ordinary</c> (普通) or <c>current</c> (当座).</summary>
    public string? Kind { get; init; } = "ordinary";
    public string? Number { get; init; }
    public string? Holder { get; init; }

    /// <summary>ゆうちょ: 記号.</summary>
    public string? Symbol { get; init; }

    /// <summary>ゆうちょ: 番号.</summary>
    public string? YuchoNumber { get; init; }
}

public sealed record ReceiptsAnswers
{
    /// <summary>By slot; a receipt's file is the document of kind receipt in the same slot.</summary>
    public IReadOnlyList<ReceiptAnswers> Items { get; init; } = new List<ReceiptAnswers>();

    public bool Equals(ReceiptsAnswers? other) => other is not null && Items.SequenceEqual(other.Items);

    public override int GetHashCode() => Items.Count;
}

public sealed record ReceiptAnswers
{
    public string? Date { get; init; }
    public string? Issuer { get; init; }

    /// <summary>領収金額: what the receipt is over.</summary>
    public string? Amount { get; init; }

    /// <summary>分割の申告: other applications of the corporation use the receipt too.</summary>
    public bool Split { get; init; }

    /// <summary>この申請の分, where the receipt is split.</summary>
    public string? Part { get; init; }

    public bool IsBlank =>
        string.IsNullOrWhiteSpace(Date) && string.IsNullOrWhiteSpace(Issuer) && string.IsNullOrWhiteSpace(Amount) && !Split && string.IsNullOrWhiteSpace(Part);
}
