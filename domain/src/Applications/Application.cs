using GrantPortal.Domain.Accounts;
using GrantPortal.Domain.Programmes;

namespace GrantPortal.Domain.Applications;

/// <summary>
/// One application and the rules of its life (要綱 §5–§12). Immutable: every act returns the next state with its event, or a refusal.
/// Answers, documents and submitted versions live beside it; it holds what decisions need.
/// </summary>
public sealed record Application
{
    public required Guid Id { get; init; }
    public required Guid ApplicantId { get; init; }
    public required Programme Programme { get; init; }
    public required Status Status { get; init; }

    /// <summary>Counts every change; a writer who saw another one is stale.</summary>
    public required int Version { get; init; }

    /// <summary>Submitted versions so far; 0 for a draft never submitted.</summary>
    public int Submissions { get; init; }

    /// <summary>受付番号, given at the first submission, never reused.</summary>
    public string? ReceiptNumber { get; init; }

    /// <summary>介護事業所番号 / 医療機関コード of the latest submission.</summary>
    public string? Number { get; init; }

    /// <summary>The programme year that priced it, fixed at the first submission.</summary>
    public string? YearId { get; init; }

    /// <summary>Applied for in the latest submission, yen; also the most the rules give for what was submitted.</summary>
    public Yen Applied { get; init; }

    /// <summary>The reception moment: that of the latest submission.</summary>
    public DateTimeOffset? ReceivedAt { get; init; }

    /// <summary>The clerk who holds the case, or to whose list it comes back.</summary>
    public Guid? ReviewerId { get; init; }

    /// <summary>Recommended by the first review.</summary>
    public Verdict? Recommendation { get; init; }
    public Yen? Recommended { get; init; }

    /// <summary>Granted, yen.</summary>
    public Yen? Granted { get; init; }

    /// <summary>Keys of the items opened by a return; null: nothing is restricted.</summary>
    public IReadOnlyList<ReturnedItem>? Returned { get; init; }

    /// <summary>Everybody who ever claimed, reviewed or returned it, in any version.</summary>
    public IReadOnlySet<Guid> Reviewers { get; init; } = new HashSet<Guid>();

    /// <summary>Whether answers and documents can be changed now.</summary>
    public bool IsEditable => Status is Status.Draft or Status.Received or Status.Returned;

    /// <summary>
    /// 申請する. First submission inside an open period with intake open; later ones keep year and number and pass after the end (rule 1).
    /// </summary>
    /// <param name="year">At later submissions the year of the first.</param>
    /// <param name="receiptNumber">Used at the first submission only.</param>
    public Outcome Submit(ApplicationContent content, ProgrammeYear year, BudgetPosition budget, string receiptNumber, Actor actor, DateTimeOffset now)
    {
        if (Transitions.Next(Status, Act.Submit) is not { } to) return Refusal.WrongState(Status);
        var first = Submissions == 0;
        if (!first && year.Id != YearId) throw new ArgumentException($"Priced by {year.Id}, but its year was fixed as {YearId} (rule 1).", nameof(year));
        if (first && IntakeRefusal(year, budget, now) is { } closed) return closed;
        var next = this with
        {
            Status = to,
            Submissions = Submissions + 1,
            ReceiptNumber = ReceiptNumber ?? receiptNumber,
            Number = content.Number,
            YearId = year.Id,
            Applied = content.Applied,
            ReceivedAt = now,
            Recommendation = null,
            Recommended = null,
            Returned = null,
        };
        var kind = first ? EventKind.Submitted : Status == Status.Returned ? EventKind.Resubmitted : EventKind.Edited;
        return next.Done(kind, actor, now, e => e with { Amount = content.Applied });
    }

    /// <summary>Why a first submission is not possible now, or null.</summary>
    public static Refusal? IntakeRefusal(ProgrammeYear year, BudgetPosition budget, DateTimeOffset now)
    {
        if (now < JapanTime.StartOf(year.Opens))
            return new Refusal(RefusalCode.PeriodClosed, $"申請期間は{year.Opens:yyyy年M月d日}からです。入力した内容は下書きに保存されています。");
        if (!year.IsInPeriod(now))
            return new Refusal(RefusalCode.PeriodClosed, $"申請期間は{year.Closes:yyyy年M月d日}で終了しました。入力した内容は下書きに保存されています。次の申請期間についてはお知らせをご確認ください。");
        if (year.StoppedBecause is { } reason) // 要綱 §15-3
            return new Refusal(RefusalCode.IntakeClosed, $"申請の受付を停止しています（{reason}）。入力した内容は下書きに保存されています。");
        return budget.IntakeOpen(year.Budget) // 要綱 §15-1
            ? null
            : new Refusal(RefusalCode.IntakeClosed, "申請額の合計が予算の上限に達したため、受付を終了しています。入力した内容は下書きに保存されています。受付を再開するときはトップページでお知らせします。");
    }

    /// <summary>取り下げる: by the applicant, or by staff with a reason.</summary>
    public Outcome Withdraw(string? reason, Actor actor, DateTimeOffset now) =>
        Move(Act.Withdraw, actor, now, EventKind.Withdrawn, a => a with { Returned = null }, e => e with { Reason = reason });

    /// <summary>担当する.</summary>
    public Outcome Claim(Actor actor, DateTimeOffset now) =>
        ConflictOf(actor) is { } conflict ? conflict : Move(Act.Claim, actor, now, EventKind.Claimed, a => a with { ReviewerId = actor.UserId, Reviewers = a.With(actor) });

    /// <summary>担当を外れる: by who claimed, or an admin.</summary>
    public Outcome Release(Actor actor, DateTimeOffset now) =>
        Transitions.Next(Status, Act.Release) is not null && ReviewerId != actor.UserId && !actor.Is(StaffRole.Admin)
            ? NotYours
            : Move(Act.Release, actor, now, EventKind.Released, a => a with { ReviewerId = null });

    /// <summary>差し戻す: names the items and the reason for each; only those open.</summary>
    public Outcome Return(IReadOnlyList<ReturnedItem> items, DateOnly answerBy, Actor actor, DateTimeOffset now) =>
        HeldBy(Act.Return, actor) is { } held ? held : Move(Act.Return, actor, now, EventKind.Returned,
            a => a with { Returned = items, Reviewers = a.With(actor) }, e => e with { Items = items, AnswerBy = answerBy });

    /// <summary>一次審査を完了する: recommends grant with an amount, or refusal.</summary>
    public Outcome Review(Verdict verdict, Yen? amount, string? reason, Actor actor, DateTimeOffset now)
    {
        if (HeldBy(Act.Review, actor) is { } held) return held;
        if (verdict == Verdict.Grant && amount > Applied) return TooHigh;
        var recommended = verdict == Verdict.Grant ? amount ?? Applied : (Yen?)null;
        return Move(Act.Review, actor, now, EventKind.Reviewed,
            a => a with { Recommendation = verdict, Recommended = recommended, Reviewers = a.With(actor) },
            e => e with { Amount = recommended, Recommendation = verdict, Reason = reason });
    }

    /// <summary>審査に戻す: back to the same clerk.</summary>
    public Outcome HandBack(string reason, Actor actor, DateTimeOffset now) =>
        DeciderRefusal(Act.HandBack, actor) is { } refused ? refused : Move(Act.HandBack, actor, now, EventKind.HandedBack,
            a => a with { Recommendation = null, Recommended = null }, e => e with { Reason = reason });

    /// <summary>交付決定する (要綱 §7): never above the rules, lower only with a reason (required by the form), within the budget.</summary>
    public Outcome Grant(Yen amount, string? reason, ProgrammeYear year, BudgetPosition budget, Actor actor, DateTimeOffset now)
    {
        if (DeciderRefusal(Act.Grant, actor) is { } refused) return refused;
        if (amount > Applied) return TooHigh;
        if (!budget.Allows(amount, year.Budget))
            return new Refusal(RefusalCode.BudgetShort, "予算の残額が不足しているため、交付決定できません。この申請は決裁待ちのままです。管理者に予算をご確認ください。");
        return Move(Act.Grant, actor, now, EventKind.Granted, a => a with { Granted = amount }, e => e with { Amount = amount, Reason = reason });
    }

    /// <summary>不交付とする.</summary>
    public Outcome Refuse(string reason, Actor actor, DateTimeOffset now) =>
        DeciderRefusal(Act.Refuse, actor) is { } refused ? refused : Move(Act.Refuse, actor, now, EventKind.Refused, a => a, e => e with { Reason = reason });

    /// <summary>Why this person may not work on its review now; null for who holds the case.</summary>
    public Refusal? ReviewRefusal(Actor actor) => HeldBy(Act.Review, actor);

    /// <summary>Why this person may not decide this application, whatever its state; null when nothing stands against it.</summary>
    public Refusal? DeciderConflict(Actor actor) =>
        Reviewers.Contains(actor.UserId)
            ? new Refusal(RefusalCode.SamePerson, "この申請の審査を担当したことがある方は、決裁できません。別の決裁者が決裁してください。")
            : ConflictOf(actor);

    private static Refusal NotYours { get; } = new(RefusalCode.NotYours, "この申請は別の審査担当者が担当しています。担当者だけがこの操作をできます。");

    private static Refusal TooHigh { get; } = new(RefusalCode.AmountTooHigh, "交付額は、規則で計算した申請額を超えることはできません。申請額以下の金額を入力してください。");

    private Refusal? ConflictOf(Actor actor) => actor.BelongsTo(ApplicantId)
        ? new Refusal(RefusalCode.ConflictOfInterest, "あなたはこの申請者に所属しているため、審査と決裁はできません。別の担当者にお任せください。")
        : null;

    private Refusal? HeldBy(Act act, Actor actor) =>
        Transitions.Next(Status, act) is null ? Refusal.WrongState(Status)
        : ReviewerId != actor.UserId ? NotYours
        : ConflictOf(actor);

    private Refusal? DeciderRefusal(Act act, Actor actor) =>
        Transitions.Next(Status, act) is null ? Refusal.WrongState(Status) : DeciderConflict(actor);

    private HashSet<Guid> With(Actor actor) => [.. Reviewers, actor.UserId];

    private Outcome Move(
        Act act, Actor actor, DateTimeOffset now, EventKind kind, Func<Application, Application>? change = null, Func<ApplicationEvent, ApplicationEvent>? detail = null)
    {
        if (Transitions.Next(Status, act) is not { } to) return Refusal.WrongState(Status);
        var next = this with { Status = to };
        return (change is null ? next : change(next)).Done(kind, actor, now, detail ?? (e => e));
    }

    private Outcome.Done Done(EventKind kind, Actor actor, DateTimeOffset now, Func<ApplicationEvent, ApplicationEvent> detail) =>
        new(this with { Version = Version + 1 },
            detail(new ApplicationEvent(kind, now, actor.UserId, actor.Name, actor.IsStaff, Submissions, Status)));
}
