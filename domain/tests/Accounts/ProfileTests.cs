using GrantPortal.Domain.Accounts;

namespace GrantPortal.Domain.Tests.Accounts;

/// <summary>The applicant's profile: 法人 with 法人番号, 個人 without.</summary>
public class ProfileTests
{
    private static readonly ProfileAnswers Corporation = ProfileAnswers.From(People.Corporation);

    [Fact]
    public void A_profile_survives_being_edited_without_a_change()
    {
        foreach (var profile in new[] { People.Corporation, People.NonProfit, Read(Sole).Profile! }) Assert.Equal(profile, Read(ProfileAnswers.From(profile)).Profile);
    }

    [Fact]
    public void A_sole_proprietor_has_no_corporate_number_and_is_never_non_profit()
    {
        var (profile, _) = Read(Sole with { NonProfit = true, CorporateNumber = "7000012050002", Representative = "別の人" });
        Assert.Equal((ApplicantKind.SoleProprietor, "介護 花子", null, "介護 花子", false), (profile?.Kind, profile?.Name, profile?.CorporateNumber, profile?.Representative, profile?.NonProfit));
    }

    [Fact]
    public void A_corporation_may_be_non_profit() => Assert.True(Read(Corporation with { NonProfit = true }).Profile?.NonProfit);

    [Fact]
    public void A_wrong_check_digit_warns_and_passes()
    {
        var (profile, problems) = Read(Corporation with { CorporateNumber = "6000012050002" });
        Assert.Equal("6000012050002", profile?.CorporateNumber);
        Assert.Equal("CorporateNumber", Assert.Single(problems.Warnings).Field);
    }

    [Fact]
    public void Every_missing_field_is_named()
    {
        Assert.Equal(["Name", "Representative", "ContactName", "Phone", "CorporateNumber"], Read(new ProfileAnswers()).Problems.Errors.Select(e => e.Field));
        var sole = Read(new ProfileAnswers { Kind = "sole-proprietor" }).Problems.Errors;
        Assert.Equal(["Name", "ContactName", "Phone"], sole.Select(e => e.Field));
        Assert.StartsWith("氏名", sole[0].Message, StringComparison.Ordinal);
        Assert.All(sole, e => Assert.EndsWith("。", e.Message, StringComparison.Ordinal));
    }

    private static ProfileAnswers Sole => new() { Kind = "sole-proprietor", Name = "介護 花子", ContactName = "介護 花子", Phone = "0312345678" };

    private static (ApplicantProfile? Profile, Problems Problems) Read(ProfileAnswers answers)
    {
        var problems = new Problems();
        return (answers.Read(problems), problems);
    }
}
