using System.ComponentModel;
using System.Globalization;
using System.Text;

namespace MnistCnn;

/// <summary>A record that prints its numbers the same way in every culture, as the compiler's text would not.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract record InvariantRecord
{
    private protected InvariantRecord()
    {
    }

    /// <summary>The name of the record and its members, as the compiler writes them.</summary>
    public sealed override string ToString() => Text(() =>
    {
        var text = new StringBuilder(GetType().Name).Append(" { ");
        return text.Append(PrintMembers(text) ? " }" : "}").ToString();
    });

    /// <summary>A text of the compiler or the framework, such as that of a tuple, in the invariant culture.</summary>
    internal static string Text(Func<string?> make)
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        try
        {
            return make() ?? "";
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }
}
