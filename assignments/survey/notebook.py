# %% [markdown]
# # {{ title }}

# %% [markdown] lang="en"
# The form takes about three minutes. A complete form earns {{ points("participation") }} points, **whatever you answer**.
#
# What happens with your answers: they are read from your notebook into a pool without names and without times, and
# reported for the whole class; numbers of groups of fewer than five people are not shown, and your comment is kept
# apart from your other answers. Your notebook itself is collected with your name, as every notebook is, so whoever
# runs the course could open it. Write nothing that you would not say to them.

# %% [markdown] lang="ko"
# 설문은 3분 정도 걸립니다. 빠짐없이 작성하면 **답의 내용과 상관없이** {{ points("participation") }}점을 받습니다.
#
# 답은 이렇게 쓰입니다. 노트북에서 답만 읽어 이름과 시각이 없는 모음에 넣고, 학급 전체의 결과로만 보고합니다. 다섯 명보다
# 적은 집단의 수치는 표시하지 않으며, 의견란의 글은 다른 답과 따로 보관합니다. 다만 노트북 자체는 다른 과제와 마찬가지로
# 이름과 함께 제출되므로 강의 담당자가 열어 볼 수 있습니다. 담당자에게 직접 말하지 않을 내용은 적지 마세요.

# %% solution="imports"
# {{ "필요한 import와 보조 함수를 여기에 적습니다. 이 설문에는 필요하지 않습니다." if ko else "Your own imports and helpers; this form needs none." }}

# %% [markdown]
# ## {{ "문항" if ko else "Questions" }}
#
{% for question in survey.questions -%}
# {{ loop.index }}. `{{ question.id }}`: {{ question.text[lang] }}
{% if question.type == "scale" -%}
#    - {{ "1부터 5까지의 정수" if ko else "a whole number from 1 to 5" }} (1 = {{ question.low[lang] }}, 5 = {{ question.high[lang] }})
{% elif question.type == "choice" -%}
{% for choice in question.choices -%}
#    - `"{{ choice.id }}"`: {{ choice.text[lang] }}
{% endfor -%}
{% else -%}
#    - {{ "따옴표 안에 글로" if ko else "a text in quotation marks" }}
{% endif -%}
{% endfor %}
# %% [markdown] lang="en"
# ## Your answers
#
# Put your answer in place of each `None`. Leave the names on the left as they are, and write plain numbers and texts.

# %% [markdown] lang="ko"
# ## 나의 답
#
# 각 `None` 자리에 답을 적으세요. 왼쪽의 이름은 그대로 두고, 숫자와 글만 그대로 적습니다.

# %% solution="answers"
answers = {
{% for question in survey.questions %}    "{{ question.id }}": {% if question.type == "text" %}"",{% else %}None,{% endif %}

{%- if question.type == "scale" %}  # 1, 2, 3, 4, 5
{%- elif question.type == "choice" %}  # {% for choice in question.choices %}"{{ choice.id }}"{{ ", " if not loop.last }}{% endfor %}
{%- endif %}
{% endfor -%}
}

# %% [markdown] lang="en"
# Run the next cell to see whether the form is complete.

# %% [markdown] lang="ko"
# 다음 셀을 실행하면 빠진 답이 있는지 알 수 있습니다.

# %% item="participation"
check("participation")
