using GrantPortal.Domain.Applications;

namespace GrantPortal.Domain.Tests.Applications;

/// <summary>Every state with every act, against a table written by hand.</summary>
public class TransitionTests
{
    // In the order of the enums Status (down) and Act (across); "." is refused.
    private const string Table = """
                         Submit    Withdraw   Claim      Release   Return    Review            HandBack   Grant    Refuse
        Draft            Received  .          .          .         .         .                 .          .        .
        Received         Received  Withdrawn  Reviewing  .         .         .                 .          .        .
        Reviewing        .         .          .          Received  Returned  AwaitingDecision  .          .        .
        AwaitingDecision .         .          .          .         .         .                 Reviewing  Granted  Refused
        Returned         Received  Withdrawn  .          .         .         .                 .          .        .
        Granted          .         .          .          .         .         .                 .          .        .
        Refused          .         .          .          .         .         .                 .          .        .
        Withdrawn        .         .          .          .         .         .                 .          .        .
        Paying           .         .          .          .         .         .                 .          .        .
        Paid             .         .          .          .         .         .                 .          .        .
        ReturnedTransfer .         .          .          .         .         .                 .          .        .
        """;

    public static TheoryData<Status, Act, Status?> Cells()
    {
        var lines = Table.Split('\n').Select(l => l.Split(' ', StringSplitOptions.RemoveEmptyEntries)).ToList();
        var data = new TheoryData<Status, Act, Status?>();
        foreach (var line in lines.Skip(1))
            for (var i = 1; i < line.Length; i++)
                data.Add(Enum.Parse<Status>(line[0]), Enum.Parse<Act>(lines[0][i - 1]), line[i] == "." ? null : Enum.Parse<Status>(line[i]));
        return data;
    }

    [Theory]
    [MemberData(nameof(Cells))]
    public void Every_act_leads_where_the_table_says_or_is_refused(Status from, Act act, Status? to)
    {
        var before = Cases.In(from);
        Assert.Equal(from, before.Status);
        Assert.Equal(to, Transitions.Next(from, act));
        var outcome = before.Do(act);
        if (to is null)
        {
            Assert.Equal(RefusalCode.WrongState, outcome.Refusal());
            return;
        }
        Assert.Equal(to, outcome.Next().Status);
        Assert.Equal(to, outcome.Event().To);
        Assert.Equal(before.Version + 1, outcome.Next().Version);
    }

    [Fact]
    public void The_table_covers_every_state_and_every_act() =>
        Assert.Equal(Enum.GetValues<Status>().Length * Enum.GetValues<Act>().Length, Cells().Count);

    [Fact]
    public void A_refusal_names_the_state_the_application_is_in()
    {
        var refused = Assert.IsType<Outcome.Refused>(Cases.In(Status.Granted).Do(Act.Withdraw));
        Assert.Contains("「交付決定」", refused.Reason.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Act.Submit, Status.Draft, EventKind.Submitted)]
    [InlineData(Act.Submit, Status.Received, EventKind.Edited)]
    [InlineData(Act.Submit, Status.Returned, EventKind.Resubmitted)]
    [InlineData(Act.Withdraw, Status.Received, EventKind.Withdrawn)]
    [InlineData(Act.Claim, Status.Received, EventKind.Claimed)]
    [InlineData(Act.Release, Status.Reviewing, EventKind.Released)]
    [InlineData(Act.Return, Status.Reviewing, EventKind.Returned)]
    [InlineData(Act.Review, Status.Reviewing, EventKind.Reviewed)]
    [InlineData(Act.HandBack, Status.AwaitingDecision, EventKind.HandedBack)]
    [InlineData(Act.Grant, Status.AwaitingDecision, EventKind.Granted)]
    [InlineData(Act.Refuse, Status.AwaitingDecision, EventKind.Refused)]
    public void Every_act_leaves_an_event_that_says_what_who_when_and_which_version(Act act, Status from, EventKind kind)
    {
        var outcome = Cases.In(from).Do(act);
        var actor = act is Act.Submit or Act.Withdraw ? People.Owner : act is Act.HandBack or Act.Grant or Act.Refuse ? People.Approver : People.Reviewer;
        var said = outcome.Event();
        Assert.Equal((kind, Cases.Now, actor.UserId, actor.Name, actor.IsStaff), (said.Kind, said.At, said.ActorId, said.ActorName, said.ByStaff));
        Assert.Equal(outcome.Next().Submissions, said.Version);
    }

    [Theory]
    [InlineData(Status.Draft, "draft", "下書き", false, false)]
    [InlineData(Status.Received, "received", "受付済", true, true)]
    [InlineData(Status.Reviewing, "reviewing", "審査中", true, true)]
    [InlineData(Status.AwaitingDecision, "awaiting-decision", "決裁待ち", true, true)]
    [InlineData(Status.Returned, "returned", "差戻し", true, true)]
    [InlineData(Status.Granted, "granted", "交付決定", true, false)]
    [InlineData(Status.Refused, "refused", "不交付", false, false)]
    [InlineData(Status.Withdrawn, "withdrawn", "取下げ", false, false)]
    [InlineData(Status.Paying, "paying", "支払待ち", true, false)]
    [InlineData(Status.Paid, "paid", "支払済", true, false)]
    [InlineData(Status.ReturnedTransfer, "returned-transfer", "振込不能", true, false)]
    public void A_state_has_its_code_its_name_and_its_weight(Status status, string code, string name, bool live, bool open)
    {
        Assert.Equal((code, name, live, open), (status.Code(), status.Name(), status.IsLive(), status.IsOpen()));
        Assert.Equal(status, Statuses.FromCode(code));
    }

    [Fact]
    public void Unknown_codes_are_no_state() => Assert.All(new[] { null, "", "Draft", "paying " }, c => Assert.Null(Statuses.FromCode(c)));

    [Fact]
    public void Events_have_codes_that_lead_back_and_names_of_their_own()
    {
        var kinds = Enum.GetValues<EventKind>();
        Assert.All(kinds, k => Assert.Equal(k, EventKinds.FromCode(k.Code())));
        Assert.Equal(kinds.Length, kinds.Select(k => k.Name()).Distinct().Count());
        Assert.Equal(
            ["submitted", "edited", "resubmitted", "withdrawn", "claimed", "released", "returned", "reviewed", "handed-back", "granted", "refused"],
            kinds.Select(k => k.Code()));
    }

    [Fact]
    public void Only_draft_received_and_returned_can_be_edited() => Assert.Equal(
        [Status.Draft, Status.Received, Status.Returned], Enum.GetValues<Status>().Where(s => Cases.In(s).IsEditable));
}
