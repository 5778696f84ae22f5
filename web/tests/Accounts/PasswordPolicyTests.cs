using GrantPortal.Data.Accounts;
using GrantPortal.Web.Features.Accounts;
using GrantPortal.Web.Shared;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace GrantPortal.Web.Tests.Accounts;

public sealed class PasswordPolicyTests
{
    private static readonly PasswordPolicy Policy = new(Options.Create(new PortalOptions()));

    [Theory]
    [InlineData("mizube no kawasemi 7")]
    [InlineData("さくら並木の郵便局まで歩く")]
    [InlineData("zR4!pwx9Lq#2")]
    [InlineData("kumo-ringo-densha-mado")]
    public void Long_and_unusual_passwords_are_taken_whatever_they_are_made_of(string password) =>
        Assert.True(Policy.Judge(password, "hanako@example.jp", "見本 花子").Acceptable, Policy.Judge(password).Words);

    [Theory]
    [InlineData("short", "12文字以上")]
    [InlineData("password1234", "よく使われている")]
    [InlineData("aaaaaaaaaaaaaaaa", "同じ文字の繰り返し")]
    [InlineData("123456789012", "推測されやすい")]
    [InlineData("qwertyuiop12", "推測されやすい")]
    [InlineData("hanako-hanako", "メールアドレス、氏名")]
    [InlineData("ｐａｓｓｗｏｒｄ１２３４", "よく使われている")]
    public void What_is_guessed_first_is_refused_with_the_reason(string password, string reason)
    {
        var verdict = Policy.Judge(password, "hanako@example.jp", "見本 花子");
        Assert.False(verdict.Acceptable);
        Assert.Contains(reason, verdict.Words, StringComparison.Ordinal);
    }

    [Fact]
    public void Full_width_letters_are_the_plain_ones() => Assert.Equal("Kawasemi 7", PasswordPolicy.Normalize("Ｋａｗａｓｅｍｉ　７"));

    [Fact]
    public void A_password_set_on_one_keyboard_is_right_from_another()
    {
        var hasher = new PortalPasswordHasher();
        var user = new PortalUser { Id = Guid.NewGuid(), Email = "hanako@example.jp", Name = "見本 花子", CreatedAt = default };
        var hash = hasher.HashPassword(user, "Ｋａｗａｓｅｍｉ　７");
        Assert.Equal(PasswordVerificationResult.Success, hasher.VerifyHashedPassword(user, hash, "Kawasemi 7"));
        Assert.Equal(PasswordVerificationResult.Failed, hasher.VerifyHashedPassword(user, hash, "kawasemi 7"));
    }

    [Fact]
    public void A_password_of_two_hundred_characters_is_taken_and_a_longer_one_said_to_be_too_long()
    {
        var words = string.Concat(Enumerable.Range(0, 100).Select(i => (char)('a' + (i * 7 % 26)) + "か"));
        Assert.True(Policy.Judge(words).Acceptable);
        Assert.Contains("200文字以内", Policy.Judge(words + "x").Words, StringComparison.Ordinal);
    }
}
