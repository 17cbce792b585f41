using Microsoft.CodeAnalysis;

namespace NotebookRunner.Parameters;

/// <summary>A variable that the parameters cell gives a value.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its type.</param>
/// <param name="TypeName">The type as the cell would write it.</param>
/// <param name="IsConstant">Whether it is a constant, which only a new declaration can change.</param>
internal sealed record Parameter(string Name, ITypeSymbol Type, string TypeName, bool IsConstant)
{
    /// <summary>The statement that gives it another value.</summary>
    /// <exception cref="ParameterException">The value is not of the parameter's type.</exception>
    public string Assign(string value)
    {
        string literal = ParameterLiteral.Write(this, value);
        return IsConstant ? $"const {TypeName} {Name} = {literal};" : $"{Name} = {literal};";
    }
}
