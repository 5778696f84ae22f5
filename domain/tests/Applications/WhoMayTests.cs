using GrantPortal.Domain.Accounts;
using GrantPortal.Domain.Applications;

namespace GrantPortal.Domain.Tests.Applications;

/// <summary>Two people: whoever claimed, reviewed or returned any version never decides it; members of the applicant do neither.</summary>
public class WhoMayTests
{
    private static readonly Act[] Decisions = [Act.HandBack, Act.Grant, Act.Refuse];

    // Holds both roles, so that only the application's own history stands in the way.
    private static readonly Actor Both = People.Staff("兼務 六郎", StaffRole.Reviewer, StaffRole.Approver);

    [Fact]
    public void Claiming_makes_the_clerk_the_holder()
    {
        Assert.Equal(People.Reviewer.UserId, Cases.Reviewing.ReviewerId);
        Assert.Contains(People.Reviewer.UserId, Cases.Reviewing.Reviewers);
    }

    [Fact]
    public void Only_the_holder_returns_or_reviews()
    {
        foreach (var other in new[] { People.OtherReviewer, People.Approver, People.Admin })
        {
            Assert.Equal(RefusalCode.NotYours, Cases.Reviewing.Return(Cases.Items, Cases.AnswerBy, other, Cases.Now).Refusal());
            Assert.Equal(RefusalCode.NotYours, Cases.Reviewing.Review(Verdict.Grant, null, null, other, Cases.Now).Refusal());
            Assert.Equal(RefusalCode.NotYours, Cases.Reviewing.Review(Verdict.Refuse, null, "理由", other, Cases.Now).Refusal());
        }
    }

    [Fact]
    public void Only_the_holder_or_an_admin_releases()
    {
        Assert.Equal(RefusalCode.NotYours, Cases.Reviewing.Release(People.OtherReviewer, Cases.Now).Refusal());
        Assert.Equal(RefusalCode.NotYours, Cases.Reviewing.Release(People.Approver, Cases.Now).Refusal());
        foreach (var may in new[] { People.Reviewer, People.Admin })
        {
            var released = Cases.Reviewing.Release(may, Cases.Now).Next();
            Assert.Equal((Status.Received, null), (released.Status, released.ReviewerId));
        }
    }

    [Fact]
    public void A_released_case_can_be_claimed_by_another_who_then_holds_it()
    {
        var claimed = Cases.Reviewing.Release(People.Admin, Cases.Now).Next().Claim(People.OtherReviewer, Cases.Now).Next();
        Assert.Equal(People.OtherReviewer.UserId, claimed.ReviewerId);
        Assert.Equal(RefusalCode.NotYours, claimed.Review(Verdict.Grant, null, null, People.Reviewer, Cases.Now).Refusal());
        Assert.Equal([People.Reviewer.UserId, People.OtherReviewer.UserId], claimed.Reviewers);
    }

    [Fact]
    public void After_a_return_the_old_holder_no_longer_holds_until_claiming_again()
    {
        var back = Cases.Returned.Submit().Next();
        Assert.Equal(RefusalCode.WrongState, back.Review(Verdict.Grant, null, null, People.Reviewer, Cases.Now).Refusal());
        Assert.Equal(Status.Reviewing, back.Claim(People.Reviewer, Cases.Now).Next().Status);
        Assert.Equal(Status.Reviewing, back.Claim(People.OtherReviewer, Cases.Now).Next().Status);
    }

    [Fact]
    public void Members_of_the_applicant_neither_claim_nor_review_nor_return()
    {
        var holder = People.Reviewer.OfTheApplicant();
        Assert.Equal(RefusalCode.ConflictOfInterest, Cases.Received.Claim(holder, Cases.Now).Refusal());
        Assert.Equal(RefusalCode.ConflictOfInterest, Cases.Reviewing.Review(Verdict.Grant, null, null, holder, Cases.Now).Refusal());
        Assert.Equal(RefusalCode.ConflictOfInterest, Cases.Reviewing.Return(Cases.Items, Cases.AnswerBy, holder, Cases.Now).Refusal());
    }

    [Theory]
    [InlineData(MemberRole.Owner)]
    [InlineData(MemberRole.Clerk)]
    [InlineData(MemberRole.Viewer)]
    public void Members_of_the_applicant_decide_nothing(MemberRole role) => Assert.All(
        Decisions, act => Assert.Equal(RefusalCode.ConflictOfInterest, Decide(Cases.AwaitingDecision, act, People.Approver.OfTheApplicant(role)).Refusal()));

    [Fact]
    public void Members_of_another_applicant_are_free_to_decide()
    {
        var elsewhere = People.Approver with { Memberships = new Dictionary<Guid, MemberRole> { [Guid.NewGuid()] = MemberRole.Owner } };
        Assert.Equal(Status.Granted, Decide(Cases.AwaitingDecision, Act.Grant, elsewhere).Next().Status);
    }

    public static TheoryData<string> Histories() => ["reviewed", "reviewed an earlier version", "returned an earlier version", "claimed and released", "claimed and was released by an admin"];

    [Theory]
    [MemberData(nameof(Histories))]
    public void Whoever_had_a_hand_in_the_review_never_decides(string history)
    {
        var touched = AwaitingAfter(history);
        Assert.Equal(Status.AwaitingDecision, touched.Status);
        Assert.All(Decisions, act => Assert.Equal(RefusalCode.SamePerson, Decide(touched, act, Both).Refusal()));
        Assert.Equal(RefusalCode.SamePerson, touched.DeciderConflict(Both)?.Code);
        Assert.Equal(Status.Granted, Decide(touched, Act.Grant, People.Approver).Next().Status);
    }

    [Fact]
    public void One_person_may_hold_both_roles_and_decide_what_another_reviewed()
    {
        Assert.Null(Cases.AwaitingDecision.DeciderConflict(Both));
        Assert.All(Decisions, act => Assert.NotNull(Decide(Cases.AwaitingDecision, act, Both).Next()));
    }

    [Fact]
    public void Handing_back_and_releasing_for_another_are_no_review()
    {
        var again = Decide(Cases.AwaitingDecision, Act.HandBack, People.Approver).Next().Review(Verdict.Grant, null, null, People.Reviewer, Cases.Now).Next();
        Assert.Equal(Status.Granted, Decide(again, Act.Grant, People.Approver).Next().Status);
        var admin = People.Staff("管理兼決裁", StaffRole.Admin, StaffRole.Approver);
        var released = Cases.Reviewing.Release(admin, Cases.Now).Next().Claim(People.OtherReviewer, Cases.Now).Next().Review(Verdict.Grant, null, null, People.OtherReviewer, Cases.Now).Next();
        Assert.Equal(Status.Granted, Decide(released, Act.Grant, admin).Next().Status);
    }

    [Fact]
    public void The_reviewers_of_all_versions_stay_known_to_the_end()
    {
        var granted = Decide(AwaitingAfter("returned an earlier version"), Act.Grant, People.Approver).Next();
        Assert.Equal(new HashSet<Guid> { Both.UserId, People.Reviewer.UserId }, granted.Reviewers);
    }

    private static Application AwaitingAfter(string history)
    {
        var mine = Cases.Received.Claim(Both, Cases.Now).Next();
        return history switch
        {
            "reviewed" => mine.Review(Verdict.Grant, null, null, Both, Cases.Now).Next(),
            "reviewed an earlier version" => ByAnother(mine.Review(Verdict.Grant, null, null, Both, Cases.Now).Next().Do(Act.HandBack).Next()
                .Return(Cases.Items, Cases.AnswerBy, Both, Cases.Now).Next().Submit().Next()),
            "returned an earlier version" => ByAnother(mine.Return(Cases.Items, Cases.AnswerBy, Both, Cases.Now).Next().Submit().Next()),
            "claimed and released" => ByAnother(mine.Release(Both, Cases.Now).Next()),
            "claimed and was released by an admin" => ByAnother(mine.Release(People.Admin, Cases.Now).Next()),
            _ => throw new ArgumentOutOfRangeException(nameof(history)),
        };
    }

    private static Application ByAnother(Application received) =>
        received.Claim(People.Reviewer, Cases.Now).Next().Review(Verdict.Grant, null, null, People.Reviewer, Cases.Now).Next();

    private static Outcome Decide(Application a, Act act, Actor by) => act switch
    {
        Act.HandBack => a.HandBack("理由", by, Cases.Now),
        Act.Grant => a.Grant(by: by),
        _ => a.Refuse("理由", by, Cases.Now),
    };
}
